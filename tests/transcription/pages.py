"""Addresses of a recording's pages."""

from collections.abc import Callable

from django.test import Client

from accounts.models.people import User
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment

ClientOf = Callable[[User], Client]


def url_of(recording: Recording, rest: str = "") -> str:
    return f"/d/{recording.department.slug}/recordings/{recording.uuid}/{rest}"


def first_of(recording: Recording) -> Segment:
    return Segment.objects.filter(transcript__recording=recording).order_by("index")[0]


def primary_actions(page: str) -> int:
    """How many buttons of the page's own part stand out; dialogs are outside it."""
    return page.partition("<main")[2].partition("</main>")[0].count("btn-primary")
