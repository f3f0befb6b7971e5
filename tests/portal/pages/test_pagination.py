"""What stands below a list about its pages."""

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override


@pytest.mark.parametrize(
    ("lines", "number", "said"),
    [
        (0, 1, ""),
        (1, 1, ""),
        (3, 1, "3 in all"),
        (25, 1, "1–10 of 25"),
        (25, 3, "21–25 of 25"),
        (21, 3, "21 of 21"),
    ],
)
def test_a_list_says_which_lines_it_shows(lines: int, number: int, said: str) -> None:
    page = Paginator(range(lines), 10).page(number)
    request = RequestFactory().get("/")
    with override("en"):
        shown = render_to_string("includes/pagination.html", {"page": page}, request)
    assert said in " ".join(shown.split())
    assert bool(shown.strip()) == bool(said)
    assert ("<nav" in shown) == (lines > 10)
