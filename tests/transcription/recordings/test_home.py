"""The first page after the login."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_job, make_recording, make_transcript
from tests.people import membership
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.transcripts import Segment, Transcript
from transcription.services.recordings.home import Home, home_of

ClientOf = Callable[[User], Client]
HOME = "/d/sales/home/"


def titles(rows: Sequence[tuple[Recording, object]]) -> list[str]:
    return [recording.title for recording, _beside in rows]


def seen(person: User) -> Home:
    return home_of(membership(person))


def make_segment(transcript: Transcript, confidence: float) -> Segment:
    return Segment.objects.create(
        transcript=transcript,
        department=transcript.department,
        index=transcript.segments.count(),
        start_ms=0,
        end_ms=1000,
        text_raw="立财产品",
        text="立财产品",
        confidence=confidence,
        timing_source="vad",
    )


def days_ago(recording: Recording, days: int) -> Recording:
    recording.created_at = timezone.now() - timedelta(days=days)
    recording.save()
    return recording


def test_an_empty_portal_leads_to_the_first_upload(
    alice: User, client_of: ClientOf
) -> None:
    page = client_of(alice).get(HOME).content.decode()
    assert page.count('<a class="btn btn-primary" href="/d/sales/upload/"') == 1


def test_who_may_not_upload_is_not_told_to(dave: User, client_of: ClientOf) -> None:
    assert 'href="/d/sales/upload/"' not in client_of(dave).get(HOME).content.decode()


def test_days_are_counted_from_midnight(sales: Department, alice: User) -> None:
    make_recording(sales, alice, title="now")
    days_ago(make_recording(sales, alice, title="yesterday"), 1)
    days_ago(make_recording(sales, alice, title="older"), 3)
    home = seen(alice)
    assert (home.today, home.new) == (1, 2)
    assert titles(home.today_rows) == ["now"]
    assert titles(home.my_rows) == ["now", "yesterday", "older"]


def test_what_failed_and_was_not_repeated_is_shown_to_its_people(
    sales: Department, alice: User, bob: User, carol: User
) -> None:
    failed = make_recording(sales, bob, title="failed")
    why = {"error_code": "corrupt_audio", "finished_at": timezone.now()}
    make_job(failed, JobState.FAILED, **why)
    repeated = make_recording(sales, bob, title="repeated")
    make_job(repeated, JobState.FAILED, **why)
    make_transcript(repeated)
    assert titles(seen(bob).failed_rows) == ["failed"]
    assert titles(seen(carol).failed_rows) == ["failed"]
    assert titles(seen(alice).failed_rows) == []


def test_links_lead_to_what_the_lists_are_about(
    sales: Department, alice: User, carol: User, client_of: ClientOf
) -> None:
    why = {"error_code": "corrupt_audio", "finished_at": timezone.now()}
    for owner in (alice, carol):
        make_job(make_recording(sales, owner), JobState.FAILED, **why)
    transcript = make_transcript(make_recording(sales, alice))
    make_segment(transcript, confidence=0.3)
    member = client_of(alice).get(HOME).content.decode()
    assert 'href="/d/sales/?status=failed&amp;uploader=alice"' in member
    assert f'/{transcript.recording.uuid}/?show=doubtful"' in member
    assert (
        'href="/d/sales/?status=failed"' in client_of(carol).get(HOME).content.decode()
    )


def test_sentences_to_check_follow_corrections(
    sales: Department, alice: User, dave: User
) -> None:
    transcript = make_transcript(make_recording(sales, alice, title="call"))
    sure = make_segment(transcript, confidence=0.95)
    unsure = make_segment(transcript, confidence=0.3)
    assert sure.pk != unsure.pk
    assert [count for _one, count in seen(alice).to_check] == [1]
    assert seen(dave).to_check == []  # an auditor corrects nothing
    unsure.text_machine, unsure.text = unsure.text, "改过的话"
    unsure.edited_at = timezone.now()
    unsure.save()
    assert seen(alice).to_check == []


def test_private_and_foreign_recordings_do_not_count(
    sales: Department, support: Department, alice: User, bob: User
) -> None:
    make_recording(sales, bob, title="private", is_private=True)
    make_recording(support, title="foreign")
    home = seen(alice)
    assert (home.is_empty, home.new, home.today_rows) == (True, 0, [])


def test_many_recordings_cost_no_more_queries(
    sales: Department,
    alice: User,
    client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        transcript = make_transcript(make_recording(sales, alice, title=f"{number}"))
        make_segment(transcript, confidence=0.3)
    client = client_of(alice)
    client.get(HOME)
    with django_assert_max_num_queries(20):
        page = client.get(HOME)
    assert len(page.context["home"].to_check) == 5
    assert len(page.context["home"].today_rows) == 5


def test_all_of_today_are_those_that_the_page_counts(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    old_call = make_recording(sales, alice, title="上月的通话")
    old_call.recorded_at = timezone.now() - timedelta(days=30)
    old_call.save()
    days_ago(make_recording(sales, alice, title="昨天上传"), 1)
    client = client_of(alice)
    page = client.get(HOME).content.decode()
    today = f"{timezone.localdate():%Y-%m-%d}"
    address = f"/d/sales/?uploaded_since={today}"
    assert f'href="{address}"' in page
    rows = client.get(address).context["rows"]
    assert titles(rows) == ["上月的通话"]
    until = f"{timezone.localdate() - timedelta(days=1):%Y-%m-%d}"
    rows = client.get("/d/sales/", {"uploaded_until": until}).context["rows"]
    assert titles(rows) == ["昨天上传"]
