"""``/api/v1/departments/<slug>/recordings/``: listed, read, changed, deleted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_job, make_recording
from tests.transcription.api.conftest import ApiOf
from tests.transcription.api.test_errors import problem_of
from tests.transcription.api.v1.conftest import BASE, JSON
from transcription.models.recordings import Recording, Tag
from transcription.models.runs import JobState

URL = f"{BASE}recordings/"


def titles(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


def test_a_key_sees_its_own_department(api_of: ApiOf, alice: User) -> None:
    answer = api_of(alice).get("/api/v1/departments/").json()
    assert [(row["slug"], row["role"]) for row in answer["results"]] == [
        ("sales", "member")
    ]
    assert api_of(alice).get(BASE).json()["name"] == "销售部"


def test_the_list_says_what_people_know_and_where_the_job_stands(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    found = make_recording(
        sales, alice, agent="赵钱孙", phone_number="13800000000", direction="inbound"
    )
    found.tags.add(Tag.objects.create(department=sales, name="投诉"))
    job = make_job(found, JobState.FAILED, error_code="no_audio")
    [row] = api_of(alice).get(URL).json()["results"]
    assert row["uuid"] == str(found.uuid)
    assert row["url"] == f"http://testserver{URL}{found.uuid}/"
    assert (row["agent"], row["tags"], row["uploaded_by"]) == (
        *("赵钱孙", ["投诉"]),
        "alice",
    )
    assert (row["job"], row["state"]) == (str(job.uuid), "failed")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "回访"}, ["回访"]),
        ({"agent": "赵"}, ["投诉电话"]),
        ({"tag": "要紧"}, ["投诉电话"]),
        ({"uploader": "bob"}, ["回访"]),
        ({"status": "failed"}, ["投诉电话"]),
        ({"language": "en"}, ["回访"]),
        ({"since": "2026-03-01", "until": "2026-03-31"}, ["投诉电话"]),
        ({"uploaded_until": "2020-01-01"}, []),
        ({"sort": "title"}, ["回访", "投诉电话"]),
        ({"sort": "-title"}, ["投诉电话", "回访"]),
    ],
)
def test_each_filter_of_the_page_narrows_the_list(
    api_of: ApiOf,
    alice: User,
    bob: User,
    sales: Department,
    query: dict[str, str],
    found: list[str],
) -> None:
    first = make_recording(
        sales,
        alice,
        title="投诉电话",
        agent="赵钱孙",
        recorded_at=datetime(2026, 3, 5, tzinfo=UTC),
    )
    first.tags.add(Tag.objects.create(department=sales, name="要紧"))
    make_job(first, JobState.FAILED, error_code="no_audio")
    make_job(make_recording(sales, bob, title="回访"), language="en")
    assert titles(api_of(alice).get(URL, query)) == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "sleeping"}, "status"),
        ({"tag": "unknown"}, "tag"),
        ({"uploader": "nobody"}, "uploader"),
        ({"since": "2026-02-30"}, "since"),
        ({"since": "0001-01-01"}, "since"),
        ({"limit": "0"}, "limit"),
        ({"sort": "colour"}, "sort"),
        ({"cursor": "abc"}, "cursor"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_and_not_ignored(
    api_of: ApiOf, alice: User, query: dict[str, str], field: str
) -> None:
    problem = problem_of(api_of(alice).get(URL, query), 400, "invalid_request")
    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize("sort", ["-upload", "call", "-length", "title", "agent"])
def test_pages_follow_each_other_there_and_back(
    api_of: ApiOf, alice: User, sales: Department, sort: str
) -> None:
    now = timezone.now()
    for number in range(5):
        make_recording(
            *(sales, alice),
            title=f"通话 {number // 2}",
            created_at=now - timedelta(minutes=number),
        )
    api = api_of(alice)
    whole = [row["uuid"] for row in api.get(URL, {"sort": sort}).json()["results"]]
    page = api.get(URL, {"sort": sort, "limit": "2"}).json()
    assert page["previous"] is None
    seen = [page]
    while page["next"]:
        page = api.get(page["next"]).json()
        seen.append(page)
    assert [row["uuid"] for one in seen for row in one["results"]] == whole
    assert len(seen) == 3
    back = api.get(seen[-1]["previous"]).json()
    assert back["results"] == seen[1]["results"]


def test_a_recording_that_comes_moves_no_page(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    for number in range(3):
        make_recording(sales, alice, title=str(number))
    api = api_of(alice)
    page = api.get(URL, {"limit": 2}).json()
    make_recording(sales, alice, title="new")
    assert titles(api.get(page["next"])) == ["0"]


def test_a_change_needs_the_version_that_was_read(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    url = f"{URL}{make_recording(sales, alice).uuid}/"
    api = api_of(alice)
    change = {"title": "利率", "tags": ["要紧"]}
    problem_of(api.patch(url, change, JSON), 428, "version_required")
    etag = api.get(url)["ETag"]
    changed = api.patch(url, change, JSON, headers={"if-match": etag})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["title"], changed.json()["tags"]) == ("利率", ["要紧"])
    stale = api.patch(url, {"title": "other"}, JSON, headers={"if-match": etag})
    problem_of(stale, 412, "changed_meanwhile")
    again = {"if-match": f'"x", W/{changed["ETag"]}'}
    assert api.patch(url, {"agent": "钱"}, JSON, headers=again).status_code == 200
    told = api.get(url).json()
    assert (told["title"], told["agent"], told["tags"]) == ("利率", "钱", ["要紧"])
    entry = AuditEvent.objects.get(
        action=AuditAction.EDIT, detail__has_key="agent", actor=alice
    )
    assert entry.detail["what"] == "details"


def test_whoever_has_it_already_is_told_so(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    url = f"{URL}{make_recording(sales, alice).uuid}/"
    api = api_of(alice)
    etag = api.get(url)["ETag"]
    assert api.get(url, headers={"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"title": "nul\x00"}, "title"),
        ({"direction": "up"}, "direction"),
        ({"recorded_at": "0001-01-01T00:00:00Z"}, "recorded_at"),
        ({"tags": ["x"] * 21}, "tags"),
        ({"tags": "x"}, "tags"),
        ({"is_private": "perhaps"}, "is_private"),
    ],
)
def test_what_cannot_be_is_named(
    api_of: ApiOf, alice: User, sales: Department, change: object, field: str
) -> None:
    url = f"{URL}{make_recording(sales, alice).uuid}/"
    answer = api_of(alice).patch(url, change, JSON, headers={"if-match": "*"})
    problem = problem_of(answer, 400, "invalid_request")
    assert {error["field"] for error in problem["errors"]} == {field}


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", JSON, 400, "parse_error"),
        ("[]", JSON, 400, "invalid_request"),
        ("title=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    ],
)
def test_a_body_that_is_no_object_is_refused(
    api_of: ApiOf,
    alice: User,
    sales: Department,
    body: str,
    content_type: str,
    status: int,
    code: str,
) -> None:
    url = f"{URL}{make_recording(sales, alice).uuid}/"
    api = api_of(alice)
    answer = api.patch(url, body, content_type, headers={"if-match": "*"})
    problem_of(answer, status, code)


def test_deleted_and_restored(api_of: ApiOf, alice: User, sales: Department) -> None:
    found = make_recording(sales, alice, title="利率")
    url = f"{URL}{found.uuid}/"
    api = api_of(alice)
    gone = api.delete(url)
    assert (gone.status_code, gone.content) == (204, b"")
    problem_of(api.get(url), 404, "not_found")
    assert titles(api.get(URL)) == []
    assert titles(api.get(f"{BASE}trash/")) == ["利率"]
    back = api.post(f"{url}restore/")
    assert (back.status_code, back.json()["deleted_at"]) == (200, None)
    problem_of(api.post(f"{url}restore/"), 404, "not_found")
    actions = AuditEvent.objects.filter(object_id=str(found.uuid))
    assert set(actions.values_list("action", flat=True)) >= {
        AuditAction.DELETE,
        AuditAction.RESTORE,
    }


def test_a_colleagues_recording_is_for_those_who_edit_any(
    api_of: ApiOf, alice: User, bob: User, dave: User, sales: Department
) -> None:
    url = f"{URL}{make_recording(sales, bob).uuid}/"
    for person in (alice, dave):
        problem_of(api_of(person).delete(url), 403, "permission_denied")
        answer = api_of(person).patch(url, {}, JSON)
        problem_of(answer, 403, "permission_denied")
    assert Recording.objects.kept().count() == 1


def test_another_departments_address_does_not_exist(
    api_of: ApiOf, alice: User, charlie: User, sales: Department, support: Department
) -> None:
    found = make_recording(support, charlie)
    api = api_of(alice)
    for url in (
        "/api/v1/departments/support/",
        "/api/v1/departments/support/recordings/",
        "/api/v1/departments/nowhere/recordings/",
        f"{URL}{found.uuid}/",
    ):
        problem_of(api.get(url), 404, "not_found")


def test_jobs_are_listed_looked_at_canceled_and_tried_again(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    found = make_recording(sales, alice)
    old = make_job(found, JobState.FAILED, error_code="no_audio")
    job = make_job(make_recording(sales, alice), JobState.QUEUED)
    api = api_of(alice)
    jobs = f"{BASE}jobs/"
    rows = api.get(jobs).json()["results"]
    assert [row["job"] for row in rows] == [str(job.uuid), str(old.uuid)]
    for query in ({"state": "failed"}, {"recording": str(found.uuid)}):
        assert [r["job"] for r in api.get(jobs, query).json()["results"]] == [
            str(old.uuid)
        ]
    assert "result" not in rows[0]
    canceled = api.post(f"{jobs}{job.uuid}/cancel/")
    assert (canceled.status_code, canceled.json()["state"]) == (202, "canceled")
    again = api.post(f"{jobs}{job.uuid}/retry/")
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert again["Location"] == f"http://testserver{jobs}{again.json()['job']}/"
    assert api.get(again["Location"]).json()["job_url"] == again["Location"]


def test_a_page_of_jobs_begins_where_its_cursor_says(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    found = make_recording(sales, alice)
    all_jobs = [str(make_job(found).uuid) for _time in range(5)]
    api = api_of(alice)
    page = api.get(f"{BASE}jobs/", {"limit": 2}).json()
    seen = [row["job"] for row in page["results"]]
    while page["next"]:
        page = api.get(page["next"]).json()
        seen += [row["job"] for row in page["results"]]
    assert seen == all_jobs[::-1]


@pytest.mark.parametrize(
    "cursor", ["cD1hYmM=", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "%"]
)
def test_a_made_up_cursor_is_refused(
    api_of: ApiOf, alice: User, sales: Department, cursor: str
) -> None:
    """The first two say ``p=abc`` and a number that no database has."""
    make_job(make_recording(sales, alice))
    answer = api_of(alice).get(f"{BASE}jobs/", {"cursor": cursor})
    problem_of(answer, 400, "invalid_request")


@pytest.mark.django_db
def test_nobody_in_particular_is_sent_away() -> None:
    problem_of(Client().get(URL), 401, "not_authenticated")
