"""Ordering an archive on the pages, watching it, taking it away."""

import io
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from tests.factories import make_recording, make_transcript
from tests.people import join
from tests.transcription.recordings.exporting.conftest import Order
from tests.transcription.recordings.exporting.packing import packed, path_of
from transcription.models.exports import RecordingExport
from transcription.models.notices import Notice
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.services.media.disk import free_space
from transcription.services.recordings.exporting import orders

ClientOf = Callable[[User], Client]
EXPORTS = "/d/sales/exports/"
NEW = f"{EXPORTS}new/"
pytestmark = pytest.mark.django_db


def ticked(*recordings: Recording, **fields: object) -> dict[str, object]:
    return {"recording": [str(one.uuid) for one in recordings], **fields}


def test_an_auditor_orders_what_is_ticked(
    calls: list[Recording], dave: User, client_of: ClientOf
) -> None:
    client = client_of(dave)
    page = client.get("/d/sales/").content.decode()
    assert 'formaction="/d/sales/exports/new/?"' in page
    asked = client.post(NEW, ticked(*calls[:2])).content.decode()
    assert "导出 2 条录音" in asked
    assert not RecordingExport.objects.exists()
    fields = {"confirmed": "1", "formats": ["json", "txt"], "with_sound": "on"}
    fields["text"] = "raw"
    answer = client.post(NEW, ticked(*calls[:2], **fields), follow=True)
    assert "2 条录音" in answer.content.decode()
    run = RecordingExport.objects.get()
    assert (run.formats, run.with_sound, run.raw) == (["txt", "json"], True, True)
    assert run.recordings == [one.pk for one in calls[:2]]
    assert (run.requested_by, run.language) == (dave, "zh-hans")


def test_all_that_match_are_those_that_the_filters_let_through(
    calls: list[Recording], alice: User, bob: User, client_of: ClientOf
) -> None:
    make_recording(calls[0].department, bob, title="会议")
    hidden = make_recording(calls[0].department, bob, title="来电", is_private=True)
    fields = {"all": "1", "confirmed": "1", "formats": ["txt"]}
    client_of(alice).post(f"{NEW}?q=来电", fields)
    run = RecordingExport.objects.get()
    assert run.recordings == [one.pk for one in calls]
    assert hidden.pk not in run.recordings


def test_nothing_chosen_and_no_format_are_explained(
    calls: list[Recording], alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    answer = client.post(NEW, {}, follow=True)
    assert "请先选择录音" in answer.content.decode()
    answer = client.post(NEW, ticked(*calls, confirmed="1"))
    assert "请选择文稿格式，或勾选录音文件。" in answer.content.decode()
    assert not RecordingExport.objects.exists()


def test_too_many_for_an_archive_or_for_the_disk_are_refused(
    calls: list[Recording],
    alice: User,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, fields = client_of(alice), {"confirmed": "1", "formats": ["txt"]}
    with monkeypatch.context() as few:
        few.setattr(orders, "MOST", 2)
        said = client.post(NEW, ticked(*calls, **fields)).content.decode()
        assert "选中了 3 条录音，一个压缩包最多放 2 条" in said
    with monkeypatch.context() as full:
        full.setattr(free_space, "free_bytes", lambda folder: 0)
        said = client.post(NEW, ticked(*calls, **fields)).content.decode()
        assert "服务器磁盘放不下" in said
    assert not RecordingExport.objects.exists()


def test_a_person_has_three_in_the_making_at_most(
    calls: list[Recording], alice: User, client_of: ClientOf
) -> None:
    fields = {"confirmed": "1", "formats": ["txt"]}
    client = client_of(alice)
    for _ in range(orders.MAX_ACTIVE):
        client.post(NEW, ticked(*calls, **fields))
    said = client.post(NEW, ticked(*calls, **fields)).content.decode()
    assert "您有 3 个导出正在进行" in said


def test_it_is_watched_told_of_and_downloaded(
    calls: list[Recording], alice: User, client_of: ClientOf, order: Order
) -> None:
    client = client_of(alice)
    run = order(alice)
    RecordingExport.objects.filter(pk=run.pk).update(item_count=3000, done_count=1240)
    page = client.get(EXPORTS).content.decode()
    assert "hx-get" in page and "1240 / 3000" in page
    RecordingExport.objects.filter(pk=run.pk).update(item_count=3, done_count=0)
    packed(run)
    notice = client.get("/d/sales/notices/").content.decode()
    assert "3 条录音的导出可以下载了" in notice
    lead = client.get(f"{EXPORTS}{run.uuid}/")
    assert lead["Location"] == f"{EXPORTS}#export-{run.uuid}"
    page = client.get(EXPORTS).content.decode()
    assert "可下载" in page and f"{run.uuid}/file/" in page
    assert not Notice.objects.filter(read_at=None).exists()
    answer = client.get(f"{EXPORTS}{run.uuid}/file/")
    content = answer.getvalue()
    assert content == path_of(run).read_bytes()
    assert ZipFile(io.BytesIO(content)).testzip() is None
    named = "filename*=utf-8''%E9%94%80%E5%94%AE%E9%83%A8-"  # 销售部
    assert named in answer["Content-Disposition"]
    assert answer["Content-Type"] == "application/zip"
    part = client.get(f"{EXPORTS}{run.uuid}/file/", headers={"range": "bytes=10-19"})
    assert part.getvalue() == content[10:20]
    downloads = AuditEvent.objects.filter(
        action=AuditAction.EXPORT, detail__what="export_download"
    )
    assert [event.detail["recordings"] for event in downloads] == [3]


def test_nginx_is_handed_the_name_alone(
    calls: list[Recording],
    alice: User,
    client_of: ClientOf,
    order: Order,
    settings: Settings,
) -> None:
    settings.SENDFILE_NGINX = True
    run = packed(order(alice))
    answer = client_of(alice).get(f"{EXPORTS}{run.uuid}/file/")
    assert answer["X-Accel-Redirect"] == f"/protected-media/{run.archive}"
    assert answer.content == b""


def test_nobody_else_finds_it_not_even_an_admin(
    alice: User,
    bob: User,
    carol: User,
    charlie: User,
    support: Department,
    client_of: ClientOf,
    order: Order,
) -> None:
    run = packed(order(alice))
    join(alice, support, Role.ADMIN)
    for person in (bob, carol, charlie):
        client = client_of(person)
        for what in ("", "file/"):
            assert client.get(f"{EXPORTS}{run.uuid}/{what}").status_code == 404
        for what in ("cancel/", "delete/"):
            assert client.post(f"{EXPORTS}{run.uuid}/{what}").status_code == 404
        assert str(run.uuid) not in client.get(EXPORTS).content.decode()
    elsewhere = client_of(alice).get(f"/d/support/exports/{run.uuid}/file/")
    assert elsewhere.status_code == 404
    run.refresh_from_db()
    assert run.is_there


def test_whoever_reads_nothing_private_any_more_may_not_have_it(
    bob: User, client_of: ClientOf, order: Order
) -> None:
    run = packed(order(bob))
    assert run.reads_private
    client = client_of(bob)
    Membership.objects.filter(user=bob).update(role=Role.MEMBER)
    assert client.get(f"{EXPORTS}{run.uuid}/file/").status_code == 403
    assert client.post(f"{EXPORTS}{run.uuid}/delete/").status_code == 302


def test_it_is_canceled_and_deleted_on_the_page(
    calls: list[Recording],
    alice: User,
    client_of: ClientOf,
    order: Order,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    client, run = client_of(alice), order(alice)
    answer = client.post(f"{EXPORTS}{run.uuid}/delete/", follow=True)
    assert "请先取消" in answer.content.decode()
    client.post(f"{EXPORTS}{run.uuid}/cancel/")
    run.refresh_from_db()
    assert run.state == JobState.CANCELED
    client.post(f"{EXPORTS}{run.uuid}/delete/")
    assert not RecordingExport.objects.exists()
    run = packed(order(alice))
    path = path_of(run)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        client.post(f"{EXPORTS}{run.uuid}/delete/")
    assert not path.exists()
    assert "还没有导出" in client.get(EXPORTS).content.decode()
    assert all(Recording.objects.filter(pk=one.pk).exists() for one in calls)


def test_the_page_asks_one_thing_however_many_there_are(
    alice: User,
    client_of: ClientOf,
    order: Order,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    make_transcript(make_recording(Department.objects.get(slug="sales"), alice))
    for _ in range(3):
        packed(order(alice))
    client = client_of(alice)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get(EXPORTS)
