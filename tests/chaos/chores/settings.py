"""The settings of real processes that know one more kind of run, which is a chore."""

from tests.chaos.settings import *  # noqa: F403
from tests.chaos.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.chores"]
