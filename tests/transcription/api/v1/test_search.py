"""``/api/v1/departments/<slug>/search/``."""

import pytest

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording, make_transcript
from tests.transcription.api.conftest import ApiOf
from tests.transcription.api.test_errors import problem_of
from tests.transcription.api.v1.conftest import BASE
from transcription.models.recordings import Recording
from transcription.services.search.index import index_transcript

URL = f"{BASE}search/"


def said(department: Department, *texts: str, **over: object) -> Recording:
    found = make_recording(department, **over)  # type: ignore[arg-type]
    index_transcript(make_transcript(found, texts))
    return found


def test_the_pages_language_finds_and_marks_what_was_said(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    found = said(sales, "您好", "我要退款，利率不对", title="一")
    said(sales, "只说利率", title="二")
    answer = api_of(alice).get(URL, {"q": "退款 利率 -投诉"}).json()
    assert (answer["total"], answer["next"]) == (1, None)
    [row] = answer["results"]
    assert row["recording"]["uuid"] == str(found.uuid)
    [hit] = row["hits"]
    assert (hit["index"], hit["start_ms"]) == (1, 3_000)
    marked = [part["text"] for part in hit["parts"] if part["found"] == "words"]
    assert marked == ["退款", "利率"]


def test_what_is_known_about_a_recording_is_found_too(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    said(sales, "您好", title="退款来电")
    [row] = api_of(alice).get(URL, {"q": "退款"}).json()["results"]
    assert [(hit["field"], hit["parts"][0]) for hit in row["about"]] == [
        ("title", {"text": "退款", "found": "words"})
    ]


def test_what_sounds_alike_is_marked_as_that(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    said(sales, "立财产品", title="一")
    api = api_of(alice)
    assert api.get(URL, {"q": "理财"}).json()["results"] == []
    [row] = api.get(URL, {"q": "理财", "sound": "true"}).json()["results"]
    assert {"text": "立财", "found": "sound"} in row["hits"][0]["parts"]


@pytest.mark.parametrize("sort", ["-upload", "call", "relevance"])
def test_every_recording_stands_on_one_page(
    api_of: ApiOf, alice: User, sales: Department, sort: str
) -> None:
    made = {str(said(sales, f"利率 {number}").uuid) for number in range(23)}
    api = api_of(alice)
    page = api.get(URL, {"q": "利率", "sort": sort}).json()
    seen = [row["recording"]["uuid"] for row in page["results"]]
    while page["next"]:
        page = api.get(page["next"]).json()
        seen += [row["recording"]["uuid"] for row in page["results"]]
    assert len(seen) == 23 and set(seen) == made


def test_more_hits_of_one_recording_follow(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    found = said(sales, *(f"利率 {number}" for number in range(105)))
    api = api_of(alice)
    page = api.get(URL, {"q": "利率", "recording": str(found.uuid)}).json()
    seen = page["results"][0]["hits"]
    page = api.get(page["next"]).json()
    seen += page["results"][0]["hits"]
    assert [hit["index"] for hit in seen] == list(range(105))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "invalid_request"),
        ({"q": " "}, "invalid_request"),
        ({"q": "“没有"}, "query_quote_not_closed"),
        ({"q": "a AND (b"}, "query_bracket_not_closed"),
        ({"q": "利率", "cursor": "x"}, "invalid_request"),
        ({"q": "利率", "cursor": "x.y.z"}, "invalid_request"),
        ({"q": "利率", "tag": "nowhere"}, "invalid_request"),
        ({"q": "利率", "sort": "colour"}, "invalid_request"),
    ],
)
def test_what_cannot_be_asked_says_why(
    api_of: ApiOf, alice: User, query: dict[str, str], code: str
) -> None:
    problem_of(api_of(alice).get(URL, query), 400, code)


def test_a_question_is_in_the_audit_log(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    api_of(alice).get(URL, {"q": "利率", "since": "2026-01-01"})
    entry = AuditEvent.objects.get(action=AuditAction.SEARCH, actor=alice)
    assert entry.object_name == "利率"
    assert entry.detail["filters"] == {"since": "2026-01-01"}


def test_nothing_private_and_nothing_of_others_is_found(
    api_of: ApiOf, alice: User, charlie: User, sales: Department, support: Department
) -> None:
    said(sales, "利率", is_private=True)
    said(support, "利率")
    api = api_of(alice)
    answer = api.get(URL, {"q": "利率"}).json()
    assert (answer["results"], answer["total"]) == ([], 0)
    for rest in ("recordings/", "jobs/"):
        assert api.get(f"{BASE}{rest}").json()["results"] == []
    Recording.objects.update(is_private=False)
    assert api.get(URL, {"q": "利率"}).json()["total"] == 1
