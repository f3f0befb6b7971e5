"""One line per address: who may come in. ``tests/test_tenant_isolation.py`` tries them.

A namespace has a module here with ``RULES`` (and ``PUBLIC`` for what everybody may
call): add a line when you add an address, or the sweep fails.
"""
