"""Orders to re-recognise sentences of the archive; the fixtures are in ``conftest``."""

from collections.abc import Callable

from django.utils import timezone

from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.people import membership
from tests.transcription.pipeline.fakes import FakeEngine
from transcription.models.rehearings import Rehearing
from transcription.models.transcripts import Segment
from transcription.services.revisions.orders import (
    RE_RECOGNITIONS,
    order_re_recognition,
)
from transcription.services.revisions.revisions import checked_word
from transcription.services.revisions.running import run_re_recognition
from transcription.services.runs.reaper import reap

WORD = checked_word("稳健增利")
OLD, NEW = "买了稳健曾立", "买了稳健增利"
Archive = Callable[..., list[Segment]]
SetEngine = Callable[..., FakeEngine]


def ordered(user: User, *segments: Segment) -> Rehearing:
    return order_re_recognition(
        membership=membership(user),
        origin=Origin(user=user),
        word=WORD,
        segment_ids=[segment.pk for segment in segments],
    )


def done(user: User, *segments: Segment) -> Rehearing:
    run = ordered(user, *segments)
    run_re_recognition(run.pk)
    run.refresh_from_db()
    return run


def end_pause() -> None:
    """As if it were time for the next try."""
    Rehearing.objects.exclude(try_again_at=None).update(try_again_at=timezone.now())
    reap(RE_RECOGNITIONS)


def texts(*segments: Segment) -> list[str]:
    for segment in segments:
        segment.refresh_from_db()
    return [segment.text for segment in segments]


def outcomes(run: Rehearing) -> list[str]:
    return [item.outcome for item in run.items.all()]
