"""Everything a company has here, in a folder elsewhere, and back again.

``folder`` is the layout on disk, ``making``, ``checking`` and ``restoring`` are what
``manage.py backup`` and ``restore`` do, ``moving`` is ``move-to-postgresql``. What
there is to save is asked of the database (``tables``), never listed here.
"""
