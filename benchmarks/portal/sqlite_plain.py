"""The portal's settings with SQLite as Django sets it up by itself: the baseline of
``benchmarks.portal.sqlite_writers``."""

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES

DATABASES["default"].pop("OPTIONS", None)
