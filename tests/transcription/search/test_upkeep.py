from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models.departments import Department
from tests.factories import make_recording, make_transcript
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Transcript
from transcription.search.backends.choose import backend_of
from transcription.services.search import upkeep
from transcription.services.search.index import index_rows, index_transcript
from transcription.services.search.upkeep import check, rebuild

pytestmark = pytest.mark.django_db


@pytest.fixture
def transcripts(sales: Department) -> list[Transcript]:
    """Three, in the index."""
    made = [make_transcript(make_recording(sales)) for _ in range(3)]
    for transcript in made:
        index_transcript(transcript)
    return made


def rows() -> dict[int, int]:
    with connection.cursor() as sql:
        return backend_of(connection).rows_per_recording(sql)


def test_a_true_index_passes(transcripts: list[Transcript]) -> None:
    report = check(sample=10, words=20, seed=1)
    assert report.is_good
    assert report.searched == 3


def test_missing_and_ghostly_rows_are_noticed_and_rebuilt(
    transcripts: list[Transcript], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 1)
    first, second, third = (t.recording_id for t in transcripts)
    make_transcript(later := make_recording(transcripts[0].department))
    Recording.objects.filter(pk=second).update(deleted_at=timezone.now())
    Transcript.objects.filter(recording=third).update(is_current=False)
    report = check(sample=0, words=0)
    assert report.wrong_counts == {second: (0, 3), third: (0, 3), later.pk: (3, 0)}
    last = list(rebuild())[-1]
    assert (last.recordings, last.segments) == (4, 6)
    assert rows() == {first: 3, later.pk: 3}
    assert check(sample=9, words=9).is_good


def test_rows_of_recordings_that_never_were_disappear(
    transcripts: list[Transcript],
) -> None:
    orphan = Transcript(pk=1, recording_id=10**6, department_id=1)
    with connection.cursor() as sql:
        backend_of(connection).add(
            sql,
            list(index_rows(orphan, transcripts[0].segments.all())),
        )
    assert 10**6 in rows()
    list(rebuild())
    assert 10**6 not in rows()


def test_text_that_changed_behind_the_index_is_noticed(
    transcripts: list[Transcript],
) -> None:
    Segment.objects.update(text="完全不同的话", text_raw="完全不同的话")
    report = check(sample=3, words=3, seed=1)
    assert report.mismatches
    assert not report.is_good


def test_the_commands_say_what_they_did(transcripts: list[Transcript]) -> None:
    out, err = StringIO(), StringIO()
    call_command("check_search", stdout=out)
    assert "3 recordings were searched" in out.getvalue()
    Recording.objects.update(deleted_at=timezone.now())
    with pytest.raises(CommandError, match="rebuild_search"):
        call_command("check_search", stderr=err)
    assert "0 segments, 3 in the index" in err.getvalue()
    call_command("rebuild_search", stdout=out)
    assert "Indexed 0 segments" in out.getvalue()
    assert "100%" in out.getvalue()
