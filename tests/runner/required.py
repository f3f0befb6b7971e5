"""What a machine may lack, and whether a test may then be skipped.

On a developer's machine a missing browser or server skips its tests, and says so. CI
names in ``SHENGWEN_TEST_REQUIRE`` what it has installed (``postgresql, redis, chromium,
models, whisper-small, …``): there, a missing one fails.
"""

import os
from typing import NoReturn

import pytest


def is_required(what: str) -> bool:
    """Whether this run promised to have it."""
    named = os.environ.get("SHENGWEN_TEST_REQUIRE", "").split(",")
    return what in {word.strip() for word in named}


def skip_or_fail(what: str, reason: str) -> NoReturn:
    """Skip the test, unless this run promised that ``what`` is there."""
    if is_required(what):
        pytest.fail(f"{reason} (SHENGWEN_TEST_REQUIRE names {what})")
    pytest.skip(reason)
