"""The archive: filters, pages, states, and a constant number of queries."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_job, make_recording, make_transcript
from tests.transcription.pages import primary_actions
from transcription.models.recordings import Recording, Tag
from transcription.models.runs import JobState

ClientOf = Callable[[User], Client]
ARCHIVE = "/d/sales/"


def titles(client: Client, **query: str) -> set[str]:
    response = client.get(ARCHIVE, query)
    assert response.status_code == 200
    return {recording.title for recording, _job in response.context["rows"]}


def test_an_empty_archive_says_what_to_do(alice: User, client_of: ClientOf) -> None:
    content = client_of(alice).get(ARCHIVE).content.decode()
    assert 'href="/d/sales/upload/"' in content
    assert 'class="empty"' in content


def test_an_auditor_is_not_told_to_upload(dave: User, client_of: ClientOf) -> None:
    assert "/d/sales/upload/" not in client_of(dave).get(ARCHIVE).content.decode()


def test_the_trash_and_other_departments_do_not_show(
    sales: Department, support: Department, alice: User, client_of: ClientOf
) -> None:
    make_recording(sales, alice, title="ours")
    make_recording(sales, alice, title="gone", deleted_at=timezone.now())
    make_recording(support, title="theirs")
    assert titles(client_of(alice)) == {"ours"}


def test_each_filter_narrows(
    sales: Department, alice: User, bob: User, client_of: ClientOf
) -> None:
    call = make_recording(
        sales,
        alice,
        title="理财咨询",
        agent="王芳",
        phone_number="13800138000",
        recorded_at=timezone.now() - timedelta(days=10),
    )
    call.tags.add(Tag.objects.create(department=sales, name="投诉"))
    make_transcript(call)
    other = make_recording(sales, bob, title="Weekly", agent="李强")
    make_job(other, JobState.FAILED, language="en", error_code="corrupt_audio")
    client = client_of(alice)
    today = timezone.localdate()
    for query in (
        {"q": "理财"},
        {"q": "138001"},
        {"uploader": "alice"},
        {"agent": "王"},
        {"tag": "投诉"},
        {"language": "zh"},
        {"status": "succeeded"},
        {"until": f"{today - timedelta(days=5):%Y-%m-%d}"},
    ):
        assert titles(client, **query) == {"理财咨询"}, query
    assert titles(client, status="failed") == {"Weekly"}
    assert titles(client, status="active") == set()
    nothing = client.get(ARCHIVE, {"status": "active"}).content.decode()
    assert primary_actions(nothing) == 1
    assert "0 recordings" not in nothing
    assert titles(client, since=f"{today:%Y-%m-%d}") == {"Weekly"}


@pytest.mark.parametrize(
    "query", [{"since": "soon"}, {"tag": "no such"}, {"status": "x"}, {"page": "x"}]
)
def test_a_filter_without_sense_is_no_error(
    alice: User, sales: Department, client_of: ClientOf, query: dict[str, str]
) -> None:
    make_recording(sales, alice, title="ours")
    assert titles(client_of(alice), **query) == {"ours"}


def test_a_time_that_is_not_the_calls_says_which_it_is(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    def shown() -> list[str]:
        page = client_of(alice).get(ARCHIVE).content.decode()
        cell = page[page.index('<td class="archive-call') :]
        return re.sub("<[^>]*>", "", cell[: cell.index("</td>")]).split()[:-1]

    recording = make_recording(sales, alice)
    day = f"{timezone.localtime(recording.created_at):%Y-%m-%d}"
    assert shown() == ["上传", day]
    recording.recorded_at = recording.created_at
    recording.save()
    assert shown() == [day]


def test_only_what_narrows_the_list_is_called_a_filter(
    alice: User, sales: Department, client_of: ClientOf
) -> None:
    make_recording(sales, alice)
    client = client_of(alice)
    for query, is_filtered in (
        ({"since": "abc"}, False),
        ({"q": "", "page": "1"}, False),
        ({"since": "abc", "status": "failed"}, True),
    ):
        assert client.get(ARCHIVE, query).context["is_filtered"] is is_filtered
    content = client.get(ARCHIVE, {"since": "abc"}).content.decode()
    assert 'value="abc"' not in content
    assert "field-errors" in content


def test_the_number_of_queries_does_not_grow(
    sales: Department,
    alice: User,
    client_of: ClientOf,
    django_assert_max_num_queries: Any,
) -> None:
    tag = Tag.objects.create(department=sales, name="回访")
    for _number in range(60):
        recording = make_recording(sales, alice)
        recording.tags.add(tag)
        make_job(recording)
    client = client_of(alice)
    client.get(ARCHIVE)  # remembers the department and the session's place
    with django_assert_max_num_queries(12):
        response = client.get(ARCHIVE)
    assert len(response.context["rows"]) == 50


def test_a_running_job_is_watched_until_it_ends(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    job = make_job(recording, JobState.RUNNING, progress_percent=42)
    client = client_of(alice)
    assert f"watch={recording.uuid}" in client.get(ARCHIVE).content.decode()
    states = f"/d/sales/states/?watch={recording.uuid}"
    content = client.get(states).content.decode()
    assert "42%" in content
    assert 'hx-trigger="every 3s"' in content
    job.lease_token = None
    job.state = JobState.SUCCEEDED
    job.save()
    content = client.get(states).content.decode()
    assert "badge-succeeded" in content
    assert "hx-trigger" not in content


def test_anothers_recording_cannot_be_watched(
    sales: Department, charlie: User, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    client = client_of(charlie)
    response = client.get(f"/d/support/states/?watch={recording.uuid}")
    assert str(recording.uuid) not in response.content.decode().replace("?watch=", "")
    assert client.get("/d/support/states/?watch=nonsense").status_code == 404


def test_a_deletion_can_be_undone_from_the_archive(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice, title="ours")
    client = client_of(alice)
    response = client.post(f"/d/sales/recordings/{recording.uuid}/delete/", follow=True)
    restore = f"/d/sales/recordings/{recording.uuid}/restore/"
    assert restore in response.content.decode()
    again = client.get(response.redirect_chain[-1][0])
    assert restore not in again.content.decode()
    client.post(restore)
    assert Recording.objects.kept().filter(pk=recording.pk).exists()
    response = client.post(f"/d/sales/recordings/{recording.uuid}/delete/", follow=True)
    assert restore in response.content.decode()


def test_removing_for_good_is_asked_on_a_page_of_its_own(
    sales: Department, carol: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, carol, title="ours", deleted_at=timezone.now())
    client = client_of(carol)
    url = f"/d/sales/recordings/{recording.uuid}/purge/"
    trash = client.get("/d/sales/trash/").content.decode()
    assert f'href="{url}"' in trash
    assert f'action="{url}"' not in trash
    content = client.get(url).content.decode()
    assert "要彻底删除“ours”吗？" in content
    assert Recording.objects.filter(pk=recording.pk).exists()
    client.post(url)
    assert not Recording.objects.filter(pk=recording.pk).exists()


def test_the_trash_shows_what_each_may_do(
    sales: Department, alice: User, carol: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, carol, deleted_at=timezone.now())
    trash = "/d/sales/trash/"
    for person, may_restore, may_purge in ((alice, False, False), (carol, True, True)):
        content = client_of(person).get(trash).content.decode()
        assert (f"{recording.uuid}/restore/" in content) is may_restore
        assert (f"{recording.uuid}/purge/" in content) is may_purge
