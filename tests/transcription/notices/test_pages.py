"""The header's count, the list, and when a notice counts as read."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_job, make_recording
from tests.people import membership
from transcription.models.jobs import TranscriptionJob
from transcription.models.notices import Notice, NoticeKind
from transcription.models.runs import JobState

ClientOf = Callable[[User], Client]
PAGE = "/d/sales/notices/"
BADGE = f"{PAGE}badge/"


def told(
    department: Department, person: User, title: str = "客户来电"
) -> TranscriptionJob:
    """A job of theirs that has ended."""
    job = make_job(make_recording(department, person, title=title))
    Notice.objects.create(
        kind=NoticeKind.JOB, department=department, recipient=person, job=job
    )
    return job


def test_every_page_says_how_many_are_new(
    sales: Department, alice: User, bob: User, client_of: ClientOf
) -> None:
    told(sales, alice)
    told(sales, alice, "第二个")
    page = client_of(alice).get("/d/sales/").content.decode()
    assert 'data-unread="2"' in page
    assert "通知，2 条未读" in page
    assert 'data-unread="0"' in client_of(bob).get("/d/sales/").content.decode()


def test_only_a_page_that_waits_for_something_asks_again(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    assert "every 30s" not in client.get("/d/sales/trash/").content.decode()
    make_job(make_recording(sales, alice), JobState.QUEUED)
    assert "every 30s" in client.get("/d/sales/trash/").content.decode()


def test_the_fragment_brings_what_is_new_after_what_was_counted(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    told(sales, alice, "旧的")
    client = client_of(alice)
    page = client.get("/d/sales/").content.decode()
    address = re.findall(r'hx-get="(/d/sales/notices/badge/[^"]*)"', page)[0]
    assert "data-notice" not in client.get(address).content.decode()
    told(sales, alice, "新的")
    fragment = client.get(address).content.decode()
    assert 'data-unread="2"' in fragment
    assert "“新的”转写完成。" in fragment
    assert "旧的" not in fragment


@pytest.mark.parametrize("odd", ["", "x", "-1", "9" * 30, "١"])
def test_an_odd_number_brings_the_count_alone(
    sales: Department, alice: User, client_of: ClientOf, odd: str
) -> None:
    told(sales, alice)
    answer = client_of(alice).get(BADGE, {"after": odd})
    assert answer.status_code == 200
    assert 'data-unread="1"' in answer.content.decode()


def test_opening_the_recording_reads_its_notice(
    sales: Department, alice: User, bob: User, client_of: ClientOf
) -> None:
    job = told(sales, alice)
    other = told(sales, alice, "别的")
    address = f"/d/sales/recordings/{job.recording.uuid}/"
    client_of(bob).get(address)
    assert Notice.objects.filter(read_at=None).count() == 2
    page = client_of(alice).get(address).content.decode()
    assert 'data-unread="1"' in page
    assert Notice.objects.get(read_at=None).job == other


def test_the_list_leads_to_the_recordings_in_pages(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    jobs = [told(sales, alice, f"第{number}个") for number in range(30)]
    client = client_of(alice)
    page = client.get(PAGE).content.decode()
    assert page.count("标为已读：") == 25
    assert "“第29个”转写完成。" in page
    assert f"/d/sales/recordings/{jobs[29].recording.uuid}/" in page
    assert "“第0个”转写完成。" in client.get(PAGE, {"page": 2}).content.decode()
    client.post(f"{PAGE}read/")
    page = client.get(PAGE).content.decode()
    assert "标为已读：" not in page
    assert 'data-unread="0"' in page
    assert "“第29个”转写完成。" in page


def test_a_title_is_text(sales: Department, alice: User, client_of: ClientOf) -> None:
    told(sales, alice, '"><script>x</script>')
    client = client_of(alice)
    for answer in (client.get(PAGE), client.get(BADGE, {"after": "0"})):
        assert "x&lt;/script&gt;" in answer.content.decode()
        assert "<script>x" not in answer.content.decode()


def test_the_list_costs_the_same_however_long_it_is(
    sales: Department,
    alice: User,
    client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    assert membership(alice)
    for number in range(20):
        told(sales, alice, f"第{number}个")
    client = client_of(alice)
    with django_assert_max_num_queries(10):
        client.get(PAGE)
