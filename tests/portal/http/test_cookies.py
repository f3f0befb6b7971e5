"""Unquoting as the standard library does it, without its time."""

import http.cookies
import importlib.util
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http.cookie import parse_cookie

from portal.http.cookies import unquote


@pytest.fixture(scope="module")
def standard() -> Callable[[str | None], str | None]:
    """This Python's own, from a copy of the module that nothing was replaced in."""
    path = Path(http.cookies.__file__)
    spec = importlib.util.spec_from_file_location("untouched_cookies", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    own: Callable[[str | None], str | None] = module._unquote
    return own


def test_it_says_what_the_standard_library_says(
    standard: Callable[[str | None], str | None],
) -> None:
    chosen = random.Random(8)  # noqa: S311 - the same ones every time
    for _ in range(50_000):
        value = "".join(chosen.choices('\\"0123478a;\n中 ', k=chosen.randrange(12)))
        for given in (value, f'"{value}"'):
            assert unquote(given) == standard(given), given
    assert unquote(None) is standard(None) is None


def test_a_megabyte_of_escapes_is_unquoted_at_once() -> None:
    """Quadratic it would take twenty minutes, also where Django asks for it."""
    for escape in ('\\"', "\\377", "\\1"):
        value = '"' + escape * 250_000 + '"'
        began = time.monotonic()
        [(_name, plain)] = parse_cookie(f"a={value}").items()
        assert time.monotonic() - began < 5
        assert len(plain) == 250_000
