"""Whose call it was: a member, or a name; what the agent may; names matched later."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from tests.factories import make_recording
from tests.people import join, make_user, membership, supervisor_of
from transcription.models.recordings import Recording
from transcription.models.transcripts import Speaker
from transcription.services.recordings.agents import (
    agent_names,
    member_called,
    set_agent,
)
from transcription.services.recordings.archive import archive
from transcription.services.search.filters import RecordingFilters

ClientOf = Callable[[User], Client]
AGENTS = "/d/sales/agents/"


def sent(*rows: tuple[str, object, str]) -> dict[str, object]:
    """What the page sends: name, whom it meant, whom it shall mean."""
    form: dict[str, object] = {
        "form-TOTAL_FORMS": len(rows),
        "form-INITIAL_FORMS": len(rows),
    }
    for number, row in enumerate(rows):
        for field, value in zip(("name", "before", "member"), row, strict=True):
            form[f"form-{number}-{field}"] = value
    return form


@pytest.fixture
def fang(sales: Department) -> Membership:
    return membership(
        join(make_user("wangfang", display_name="王芳"), sales, Role.MEMBER)
    )


@pytest.mark.parametrize(
    "typed", ["王芳 (wangfang)", "wangfang", "WangFang", "王芳", " 王芳 "]
)
def test_a_member_is_meant_by_what_the_field_offers_and_by_name(
    sales: Department, fang: Membership, typed: str
) -> None:
    recording = make_recording(sales)
    set_agent(recording, typed)
    assert (recording.agent_member, recording.agent) == (fang, "王芳")


def test_two_of_one_name_are_told_apart_by_the_user_name(
    sales: Department, fang: Membership
) -> None:
    other = join(make_user("fang2", display_name="王芳"), sales, Role.MEMBER)
    assert member_called(sales, "王芳") is None
    assert member_called(sales, "王芳 (fang2)") == membership(other)


def test_who_left_or_is_of_another_department_is_a_name(
    sales: Department, support: Department, fang: Membership, charlie: User
) -> None:
    Membership.objects.filter(pk=fang.pk).update(is_active=False)
    for typed in ("王芳", "charlie"):
        recording = make_recording(sales)
        set_agent(recording, typed)
        assert (recording.agent_member, recording.agent) == (None, typed)


def test_what_the_field_said_already_leaves_a_name_a_name(
    sales: Department, carol: User, fang: Membership, client_of: ClientOf
) -> None:
    recording = make_recording(sales, agent="王芳", title="旧")
    url = reverse("transcription:recording_edit", args=["sales", recording.uuid])
    client = client_of(carol)
    client.post(url, {"title": "新", "agent": "王芳"})
    recording.refresh_from_db()
    assert (recording.title, recording.agent_member) == ("新", None)
    client.post(url, {"title": "新", "agent": "王芳 (wangfang)"})
    recording.refresh_from_db()
    assert recording.agent_member == fang
    event = AuditEvent.objects.filter(action="edit").latest("pk")
    assert event.detail == {"what": "details"}  # the name is the same
    page = client.get(url).content.decode()
    assert 'value="王芳 (wangfang)"' in page


def test_the_field_offers_members_in_one_query(
    sales: Department,
    alice: User,
    client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(40):
        join(make_user(f"agent{number}"), sales, Role.MEMBER)
    client = client_of(alice)
    with django_assert_max_num_queries(20):
        page = client.get("/d/sales/upload/").content.decode()
    assert page.count("<option value=") > 40
    assert 'list="agents"' in page


def test_a_name_of_nobody_has_a_limit_that_is_said(
    sales: Department, carol: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales)
    url = reverse("transcription:recording_edit", args=["sales", recording.uuid])
    answer = client_of(carol).post(url, {"agent": "王" * 65})
    assert answer.status_code == 422
    assert "王" * 65 in answer.content.decode()


def test_agents_correct_their_calls_and_name_the_voices_and_no_more(
    sales: Department, recording: Recording, dave: User, client_of: ClientOf
) -> None:
    """Dave audits: by his role alone he changes nothing."""
    client = client_of(dave)
    segment = recording.transcripts.get().segments.latest("pk")
    speaker = Speaker.objects.get()
    kwargs = {"department": "sales", "uuid": recording.uuid}
    correct = reverse(
        "transcription:segment_edit", kwargs=kwargs | {"segment_id": segment.pk}
    )
    rename = reverse(
        "transcription:speaker_rename", kwargs=kwargs | {"speaker_id": speaker.pk}
    )
    page = reverse("transcription:recording", kwargs=kwargs)
    assert client.post(correct, {"text": "好吧"}).status_code == 403
    assert "segment-edit" not in client.get(page).content.decode()
    recording.agent_member = membership(dave)
    recording.save()
    assert client.post(correct, {"text": "好吧"}).status_code == 302
    assert client.post(rename, {"name": "戴维"}).status_code == 302
    segment.refresh_from_db()
    speaker.refresh_from_db()
    assert (segment.text, speaker.name) == ("好吧", "戴维")
    shown = client.get(page).content.decode()
    assert "segment-edit" in shown
    for name in ("recording_edit", "delete", "job_retry"):
        url = reverse(f"transcription:{name}", kwargs=kwargs)
        assert client.post(url).status_code == 403
        assert url not in shown


def test_the_filter_takes_names_and_members(
    sales: Department, fang: Membership
) -> None:
    named = make_recording(sales, agent="王小明")
    matched = make_recording(sales, agent="小芳", agent_member=fang)
    everything = supervisor_of(sales)

    def found(agent: str) -> set[Recording]:
        return set(archive(everything, RecordingFilters(agent=agent)))

    assert found("王") == {named, matched}
    assert found("小芳") == found("wangfang") == {matched}
    assert found("李") == set()


def test_a_name_is_matched_for_all_its_recordings_and_otherwise_again(
    sales: Department,
    support: Department,
    carol: User,
    fang: Membership,
    client_of: ClientOf,
) -> None:
    mine = [make_recording(sales, agent="小芳") for _ in range(3)]
    other = make_recording(sales, agent="小方")
    foreign = make_recording(support, agent="小芳")
    client = client_of(carol)
    answer = client.post(AGENTS, sent(("小芳", "", "wangfang")))
    assert answer.status_code == 302
    matched = Recording.objects.filter(agent_member=fang)
    assert set(matched) == set(mine)
    assert {r.agent_name for r in matched} == {"王芳"}
    assert {other.agent_member, foreign.agent_member} == {None}
    event = AuditEvent.objects.filter(action="edit").latest("pk")
    assert event.detail == {
        "what": "agent",
        "member": ["", "wangfang"],
        "recordings": 3,
    }
    client.post(AGENTS, sent(("小芳", fang.pk, "")))
    assert not Recording.objects.exclude(agent_member=None).exists()
    assert {r.agent for r in Recording.objects.of(sales)} == {"小芳", "小方"}


def test_only_one_of_two_meanings_is_changed(
    sales: Department, carol: User, fang: Membership, client_of: ClientOf
) -> None:
    kept = make_recording(sales, agent="芳", agent_member=membership(carol))
    make_recording(sales, agent="芳")
    client_of(carol).post(AGENTS, sent(("芳", "", "wangfang")))
    kept.refresh_from_db()
    assert kept.agent_member == membership(carol)


def test_whom_nobody_is_called_is_said(
    sales: Department, carol: User, client_of: ClientOf
) -> None:
    make_recording(sales, agent="小芳")
    data = sent(("小芳", "", "谁也不是"))
    answer = client_of(carol).post(AGENTS, data)
    assert answer.status_code == 422
    assert "谁也不是" in answer.content.decode()
    assert not Recording.objects.exclude(agent_member=None).exists()


def test_a_page_of_names_is_saved_at_once_and_stays_where_it_was(
    sales: Department, carol: User, fang: Membership, client_of: ClientOf
) -> None:
    for name in ("小芳", "阿芳", "李娜", "王芳"):
        make_recording(sales, agent=name)
    data = sent(
        ("小芳", "", "wangfang"),
        ("阿芳", "", "王芳"),
        ("李娜", "", ""),
        ("王芳", "", ""),
    )
    answer = client_of(carol).post(f"{AGENTS}?page=2", data)
    assert answer.headers["Location"] == f"{AGENTS}?page=2"
    matched = Recording.objects.filter(agent_member=fang)
    assert {r.agent for r in matched} == {"小芳", "阿芳"}
    assert AuditEvent.objects.filter(action="edit").count() == 2


def test_one_unclear_name_saves_none_and_loses_nothing_that_was_typed(
    sales: Department, carol: User, fang: Membership, client_of: ClientOf
) -> None:
    for name in ("小芳", "阿芳"):
        make_recording(sales, agent=name)
    data = sent(("小芳", "", "wangfang"), ("阿芳", "", "谁也不是"))
    answer = client_of(carol).post(AGENTS, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="wangfang"' in page
    assert 'value="谁也不是"' in page
    assert page.count('aria-invalid="true"') == 1
    assert not Recording.objects.exclude(agent_member=None).exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"name": "小芳", "before": "", "member": "wangfang"},
        sent(("小芳", "x", "")),
        sent(("小芳", 10**30, "")),
        sent(("王" * 65, "", "")),
        sent(*[(f"坐席{number}", "", "") for number in range(51)]),
    ],
)
def test_what_no_page_sends_is_refused(
    sales: Department, carol: User, client_of: ClientOf, data: dict[str, object]
) -> None:
    make_recording(sales, agent="小芳")
    assert client_of(carol).post(AGENTS, data).status_code == 422


def test_the_save_of_a_page_costs_no_queries_for_names_that_stay(
    sales: Department,
    carol: User,
    client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = [(f"坐席{number}", "", "") for number in range(50)]
    for name, _before, _member in rows:
        make_recording(sales, agent=name)
    client = client_of(carol)
    with django_assert_max_num_queries(15):
        assert client.post(AGENTS, sent(*rows)).status_code == 302


def test_agents_are_found_in_the_navigation_under_members(
    carol: User, client_of: ClientOf
) -> None:
    page = client_of(carol).get(AGENTS).content.decode()
    line = page.partition('aria-current="page"')[0].rpartition("<a")[2]
    assert "/d/sales/members/" in line


def test_names_without_a_member_come_first_with_whom_they_may_mean(
    sales: Department, fang: Membership
) -> None:
    make_recording(sales, agent="李娜")
    for _ in range(2):
        make_recording(sales, agent="王芳")
    for _ in range(3):
        make_recording(sales, agent="小芳", agent_member=fang)
    names = [(a.name, a.member, a.count, a.suggested) for a in agent_names(sales)]
    assert names == [
        ("王芳", None, 2, fang),
        ("李娜", None, 1, None),
        ("小芳", fang, 3, None),
    ]


def test_the_list_costs_few_queries(
    sales: Department,
    carol: User,
    client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        user = join(make_user(f"agent{number}"), sales, Role.MEMBER)
        make_recording(sales, agent=f"坐席{number}", agent_member=membership(user))
    client = client_of(carol)
    with django_assert_max_num_queries(15):
        assert client.get(AGENTS).content.decode().count("坐席1") >= 10
    with django_assert_max_num_queries(15):
        assert "Agent29" in client.get("/d/sales/").content.decode()
