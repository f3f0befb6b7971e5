"""The only ways to the domain's objects: the object, or 404, or 403.

Views, API and tasks never call ``.get()``. An absent object, another department's and a
trashed one give the same 404; a member without the right gets 403.
"""
