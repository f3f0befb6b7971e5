"""Full-text search over segments, made for Chinese.

``terms`` and ``query`` are pure and shared; ``sqlite`` and ``postgresql`` hold the few
lines that differ. docs/search.md has the reasons and the figures.
"""
