from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models.departments import Department
from tests.factories import make_recording, make_transcript
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Transcript
from transcription.search.backends import base
from transcription.search.backends.base import Row
from transcription.search.backends.choose import backend_of
from transcription.search.documents import document
from transcription.services.search import upkeep
from transcription.services.search.index import index_transcript
from transcription.services.search.upkeep import check, index_missing, rebuild

pytestmark = pytest.mark.django_db


@pytest.fixture
def transcripts(sales: Department) -> list[Transcript]:
    """Three, in the index."""
    made = [make_transcript(make_recording(sales)) for _ in range(3)]
    for transcript in made:
        index_transcript(transcript)
    return made


def indexed() -> set[int]:
    with connection.cursor() as sql:
        return set(base.indexed(sql))


def test_a_true_index_passes(transcripts: list[Transcript]) -> None:
    report = check(sample=10, words=20, seed=1)
    assert report.is_good
    assert report.searched == 3


def test_what_is_missing_outdated_or_left_over_is_noticed_and_rebuilt(
    transcripts: list[Transcript], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 1)
    first, second, third = (t.recording_id for t in transcripts)
    later = make_recording(transcripts[0].department)
    Recording.objects.filter(pk=second).update(deleted_at=timezone.now())
    Transcript.objects.filter(recording=third).update(is_current=False)
    report = check(sample=9, words=0)
    assert (report.missing, report.left_over) == ([later.pk], [second])
    assert report.outdated == [third]
    last = list(rebuild())[-1]
    assert last.recordings == 4
    assert indexed() == {first, third, later.pk}
    assert check(sample=9, words=9).is_good


def test_documents_of_recordings_that_never_were_disappear(
    transcripts: list[Transcript],
) -> None:
    with connection.cursor() as sql:
        backend_of(connection).write(sql, [Row(10**6, 1, document({}, ()))])
    assert 10**6 in indexed()
    list(rebuild())
    assert 10**6 not in indexed()


def test_after_an_upgrade_the_missing_ones_are_written_the_newest_first(
    transcripts: list[Transcript],
) -> None:
    with connection.cursor() as sql:
        backend_of(connection).empty(sql)
    oldest = transcripts[0].recording_id
    assert index_missing(2) == 2
    assert oldest not in indexed()
    assert index_missing(2) == 1
    assert index_missing(2) == 0
    assert check(sample=9, words=9).is_good


def test_text_that_changed_behind_the_index_is_noticed(
    transcripts: list[Transcript],
) -> None:
    Segment.objects.update(text="完全不同的话", text_raw="完全不同的话")
    report = check(sample=3, words=3, seed=1)
    assert report.outdated
    assert report.not_found
    assert not report.is_good


def test_the_commands_say_what_they_did(transcripts: list[Transcript]) -> None:
    out, err = StringIO(), StringIO()
    call_command("check_search", stdout=out)
    assert "3 recordings were searched" in out.getvalue()
    Recording.objects.update(deleted_at=timezone.now())
    with pytest.raises(CommandError, match="rebuild_search"):
        call_command("check_search", stderr=err)
    assert "in the index, and should not be" in err.getvalue()
    call_command("rebuild_search", stdout=out)
    assert "Indexed 3 recordings" in out.getvalue()
    assert "100%" in out.getvalue()
