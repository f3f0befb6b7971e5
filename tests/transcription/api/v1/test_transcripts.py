"""Transcripts and segments through ``/api/v1/``."""

import pytest

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import SENTENCES, make_recording, make_transcript
from tests.transcription.api.conftest import ApiOf
from tests.transcription.api.test_errors import problem_of
from tests.transcription.api.v1.conftest import BASE, JSON
from transcription.models.transcripts import Segment, Transcript
from transcription.services.search.index import index_transcript


@pytest.fixture
def transcript(alice: User, sales: Department) -> Transcript:
    made = make_transcript(make_recording(sales, alice))
    index_transcript(made)
    return made


def url_of(transcript: Transcript, rest: str) -> str:
    return f"{BASE}recordings/{transcript.recording.uuid}/{rest}"


def segment_url(transcript: Transcript, index: int = 0) -> str:
    return url_of(transcript, f"segments/{transcript.segments.get(index=index).pk}/")


def test_the_whole_text_is_read_and_leaves_its_trace(
    api_of: ApiOf, dave: User, transcript: Transcript
) -> None:
    answer = api_of(dave).get(url_of(transcript, "transcript/"))
    told = answer.json()
    assert (told["uuid"], told["engine"]) == (str(transcript.uuid), "vosk")
    assert told["text"] == "".join(SENTENCES)
    assert AuditEvent.objects.filter(action=AuditAction.VIEW, actor=dave).count() == 1


def test_the_texts_version_changes_with_any_sentence(
    api_of: ApiOf, alice: User, transcript: Transcript
) -> None:
    api, url = api_of(alice), url_of(transcript, "transcript/")
    etag = api.get(url)["ETag"]
    assert api.get(url, headers={"if-none-match": etag}).status_code == 304
    Segment.objects.filter(transcript=transcript, index=2).update(text="改")
    assert api.get(url)["ETag"] != etag


def test_segments_come_in_the_order_in_which_they_are_said(
    api_of: ApiOf, alice: User, transcript: Transcript
) -> None:
    api = api_of(alice)
    page = api.get(url_of(transcript, "segments/"), {"limit": "2"}).json()
    following = api.get(page["next"]).json()
    told = page["results"] + following["results"]
    assert [segment["text"] for segment in told] == list(SENTENCES)
    assert following["next"] is None


def test_a_correction_is_searched_read_and_undone(
    api_of: ApiOf, alice: User, transcript: Transcript
) -> None:
    api, url = api_of(alice), segment_url(transcript)
    read = api.get(url)
    assert read["ETag"] == f'"{read.json()["version"]}"'
    seen = {"if-match": read["ETag"]}
    done = api.patch(url, {"text": "您好，云帆科技。"}, JSON, headers=seen)
    assert done.status_code == 200, done.content
    assert (done.json()["text"], done.json()["edited_by"]) == (
        *("您好，云帆科技。",),
        "alice",
    )
    assert done.json()["text_raw"] == SENTENCES[0]
    found = api.get(f"{BASE}search/", {"q": "云帆科技"}).json()
    assert [hit["segment"] for hit in found["results"][0]["hits"]] == [
        done.json()["id"]
    ]
    undone = api.delete(f"{url}correction/", headers={"if-match": done["ETag"]})
    assert undone.json()["text"] == SENTENCES[0]
    assert undone["ETag"] == read["ETag"]


def test_nobody_corrects_what_they_have_not_seen(
    api_of: ApiOf, alice: User, bob: User, transcript: Transcript
) -> None:
    url = segment_url(transcript)
    seen = {"if-match": api_of(alice).get(url)["ETag"]}
    change = {"text": "别的"}
    problem_of(api_of(alice).patch(url, change, JSON), 428, "version_required")
    theirs = api_of(bob).patch(url, {"text": "bob 的"}, JSON, headers=seen)
    assert theirs.status_code == 200
    stale = api_of(alice).patch(url, change, JSON, headers=seen)
    problem_of(stale, 412, "changed_meanwhile")
    problem_of(api_of(alice).delete(f"{url}correction/"), 428, "version_required")
    assert Segment.objects.get(transcript=transcript, index=0).text == "bob 的"


@pytest.mark.parametrize("text", ["", " \t", "长" * 5_001, None, ["x"]])
def test_a_correction_that_is_none_is_refused(
    api_of: ApiOf, alice: User, transcript: Transcript, text: object
) -> None:
    answer = api_of(alice).patch(
        segment_url(transcript), {"text": text}, JSON, headers={"if-match": "*"}
    )
    problem_of(answer, 400, "invalid_request")


def test_readers_do_not_correct(
    api_of: ApiOf, dave: User, transcript: Transcript
) -> None:
    url = segment_url(transcript)
    assert api_of(dave).get(url).status_code == 200
    problem_of(api_of(dave).patch(url, {"text": "x"}, JSON), 403, "permission_denied")


def test_the_segment_of_an_earlier_transcript_is_gone(
    api_of: ApiOf, alice: User, transcript: Transcript
) -> None:
    url = segment_url(transcript)
    Transcript.objects.update(is_current=False)
    make_transcript(transcript.recording)
    problem_of(api_of(alice).get(url), 404, "not_found")


def test_without_a_transcript_it_says_so(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    base = f"{BASE}recordings/{make_recording(sales, alice).uuid}/"
    for rest in ("transcript/", "segments/", "export/txt/"):
        problem_of(api_of(alice).get(f"{base}{rest}"), 404, "no_transcript")


@pytest.mark.parametrize("fmt", ["txt", "srt", "vtt", "csv", "json"])
def test_a_transcript_leaves_as_a_file(
    api_of: ApiOf, alice: User, transcript: Transcript, fmt: str
) -> None:
    url = url_of(transcript, f"export/{fmt}/")
    answer = api_of(alice).get(url, {"text": "raw"}, headers={"accept": "text/vtt"})
    assert answer.status_code == 200, answer.content
    assert "理财产品" in answer.content.decode()
    assert f"{transcript.recording.uuid}.{fmt}" in answer["Content-Disposition"]
    entry = AuditEvent.objects.get(action=AuditAction.EXPORT)
    assert (entry.detail["format"], entry.detail["raw"]) == (fmt, True)


def test_a_format_that_is_none_is_not_found(
    api_of: ApiOf, alice: User, transcript: Transcript
) -> None:
    url = url_of(transcript, "export/docx/")
    problem_of(api_of(alice).get(url), 404, "not_found")
