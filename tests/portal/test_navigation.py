"""Which line of the navigation is marked."""

import pytest
from django.urls import resolve

from portal.navigation import section_of

ONE = "/d/sales/recordings/7e5d5f9c-0000-4000-8000-000000000000/"


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/d/sales/", "archive"),
        (ONE, "archive"),
        (f"{ONE}purge/", "trash"),
        ("/d/sales/trash/", "trash"),
        ("/d/sales/hotwords/archive/", "hotwords"),
        (ONE.replace("recordings", "hotwords/rehearings"), "hotwords"),
        ("/accounts/profile/", ""),
    ],
)
def test_a_page_belongs_to_a_section(path: str, section: str) -> None:
    assert section_of(resolve(path)) == section
