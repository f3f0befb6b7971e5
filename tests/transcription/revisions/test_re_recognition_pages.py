"""The page of sentences that are recognised again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_recording, make_transcript
from tests.people import join, make_user, membership
from tests.transcription.engines import FakeVad
from tests.transcription.pipeline.fakes import FakeEngine
from tests.transcription.pipeline.sounds import voice, write
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState
from transcription.models.transcripts import Segment
from transcription.services.recogniser.holder import Loaded
from transcription.services.recordings.keeping import purge_recording, trash_recording
from transcription.services.revisions import running
from transcription.services.revisions.orders import Prospect
from transcription.services.revisions.running import run_re_recognition
from transcription.services.runs.queue import entries
from transcription.services.transcripts.corrections import correct_segment

ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_push", lambda *entry: None)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> Prospect:
    """With an engine that takes no hotwords."""
    here = Prospect("Vosk small")
    monkeypatch.setattr(
        "transcription.views.revisions.revisions.prospect", lambda: here
    )
    return here


@pytest.fixture
def admin(sales: Department) -> User:
    return join(make_user("admin"), sales, Role.ADMIN)


@pytest.fixture
def segment(sales: Department, tmp_path: Path) -> Segment:
    content = write(tmp_path / "call.wav", [voice(3)]).read_bytes()
    recording = make_recording(sales, content=content)
    return make_transcript(recording, ["买稳健曾立<b>"]).segments.get()


def recognised(monkeypatch: pytest.MonkeyPatch, text: str) -> Rehearing:
    loaded = Loaded(FakeEngine(text), FakeVad())
    monkeypatch.setattr(running, "loaded_engine", lambda language: loaded)
    run = Rehearing.objects.get()
    run_re_recognition(run.pk)
    run.refresh_from_db()
    return run


def purge_recording_of(segment: Segment, user: User) -> None:
    recording = segment.transcript.recording
    trash_recording(recording=recording, membership=membership(user), origin=SYSTEM)
    purge_recording(recording=recording, origin=SYSTEM)


def test_an_admin_has_sentences_recognised_again_and_undoes_it(
    sales: Department,
    admin: User,
    segment: Segment,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_of(admin)
    archive = f"/d/{sales.slug}/hotwords/archive/"
    page = client.get(archive, {"word": "稳健增利"}).content.decode()
    order = f"/d/{sales.slug}/hotwords/rehearings/"
    assert f'formaction="{order}"' in page
    assert "Vosk small 只把这些句子重新识别一遍" in page
    answer = client.post(order, {"word": "稳健增利", "sentence": [segment.pk]})
    run = Rehearing.objects.get()
    url = f"{order}{run.uuid}/"
    assert answer["Location"] == url
    page = client.get(url).content.decode()
    assert "已完成 0 / 1 句" in page
    assert f'hx-get="{url}status/"' in page
    assert "badge-queued" in client.get(archive).content.decode()
    assert "HX-Refresh" not in client.get(f"{url}status/")
    run = recognised(monkeypatch, "买稳健增利<b>")
    assert run.revision
    assert client.get(f"{url}status/")["HX-Refresh"] == "true"
    page = client.get(url).content.decode()
    assert "<del>稳健曾立</del><ins>稳健增利</ins>&lt;b&gt;" in page
    assert "1 个句子已写入这个词" in page
    assert url in client.get(archive).content.decode()
    client.post(f"/d/{sales.slug}/hotwords/revisions/{run.revision.uuid}/undo/")
    segment.refresh_from_db()
    assert segment.text == "买稳健曾立<b>"
    assert "已由 Admin 撤销" in client.get(url).content.decode()


def test_a_sentence_that_stays_says_why(
    sales: Department,
    admin: User,
    segment: Segment,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_of(admin)
    order = f"/d/{sales.slug}/hotwords/rehearings/"
    client.post(order, {"word": "稳健增利", "sentence": [segment.pk]})
    run = recognised(monkeypatch, "没有这个词")
    page = client.get(f"{order}{run.uuid}/").content.decode()
    assert "没有识别出这个词，保持原样" in page
    assert "没有句子改动" in page


def test_a_sentence_in_a_language_that_nobody_here_knows_says_so(
    sales: Department,
    admin: User,
    segment: Segment,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def knows_none(language: str) -> Loaded:
        raise EngineError(ErrorCode.LANGUAGE_UNSUPPORTED)

    client = client_of(admin)
    order = f"/d/{sales.slug}/hotwords/rehearings/"
    client.post(order, {"word": "稳健增利", "sentence": [segment.pk]})
    run = Rehearing.objects.get()
    monkeypatch.setattr(running, "loaded_engine", knows_none)
    run_re_recognition(run.pk)
    page = client.get(f"{order}{run.uuid}/").content.decode()
    assert "现有的识别引擎都不支持这句话的语言，保持原样" in page
    assert "识别失败" not in page


def test_the_page_of_an_undone_order_tells_what_the_undo_left_alone(
    sales: Department,
    admin: User,
    segment: Segment,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_of(admin)
    order = f"/d/{sales.slug}/hotwords/rehearings/"
    client.post(order, {"word": "稳健增利", "sentence": [segment.pk]})
    run = recognised(monkeypatch, "买稳健增利<b>")
    assert run.revision
    correct_segment(
        segment=segment, membership=membership(admin), origin=SYSTEM, text="我写的"
    )
    client.post(f"/d/{sales.slug}/hotwords/revisions/{run.revision.uuid}/undo/")
    page = client.get(f"{order}{run.uuid}/").content.decode()
    assert "已由 Admin 撤销。有 1 句没有恢复原样" in page
    purge_recording_of(segment, admin)
    page = client.get(f"{order}{run.uuid}/").content.decode()
    assert "那些录音后来已彻底删除" in page
    assert "没有句子改动" not in page


def test_there_is_nothing_to_undo_where_the_recordings_are_purged(
    sales: Department,
    admin: User,
    segment: Segment,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_of(admin)
    order = f"/d/{sales.slug}/hotwords/rehearings/"
    client.post(order, {"word": "稳健增利", "sentence": [segment.pk]})
    url = f"{order}{recognised(monkeypatch, '买稳健增利<b>').uuid}/"
    assert "全部撤销" in client.get(url).content.decode()
    purge_recording_of(segment, admin)
    assert "全部撤销" not in client.get(url).content.decode()


def test_the_button_that_cancels_keeps_the_keyboard_while_the_state_is_renewed(
    sales: Department, admin: User, segment: Segment, client_of: ClientOf
) -> None:
    client = client_of(admin)
    order = f"/d/{sales.slug}/hotwords/rehearings/"
    client.post(order, {"word": "稳健增利", "sentence": [segment.pk]})
    url = f"{order}{Rehearing.objects.get().uuid}/"
    for address in (url, f"{url}status/"):  # htmx goes by the id
        page = client.get(address).content.decode()
        assert '<button class="btn btn-small" id="run-cancel"' in page


def test_an_order_is_canceled_on_its_page(
    sales: Department, admin: User, segment: Segment, client_of: ClientOf
) -> None:
    client = client_of(admin)
    order = f"/d/{sales.slug}/hotwords/rehearings/"
    client.post(order, {"word": "稳健增利", "sentence": [segment.pk]})
    run = Rehearing.objects.get()
    url = f"{order}{run.uuid}/"
    assert client.post(f"{url}cancel/")["Location"] == url
    assert "重新识别已取消" in client.get(url).content.decode()
    run.refresh_from_db()
    assert run.state == JobState.CANCELED


def test_the_page_says_where_the_sound_is_gone(
    sales: Department, admin: User, segment: Segment, client_of: ClientOf
) -> None:
    client = client_of(admin)
    archive = f"/d/{sales.slug}/hotwords/archive/"
    gone = "录音文件已不在，只能按读音修正"
    assert gone not in client.get(archive, {"word": "稳健增利"}).content.decode()
    default_storage.delete(segment.transcript.recording.file.name or "")
    assert gone in client.get(archive, {"word": "稳健增利"}).content.decode()
    order = f"/d/{sales.slug}/hotwords/rehearings/"
    data = {"word": "稳健增利", "sentence": [segment.pk]}
    page = client.post(order, data, follow=True).content.decode()
    assert "这些录音的文件已不在" in page


@pytest.mark.parametrize(
    "data",
    [
        {"word": "稳健增利"},
        {"word": "稳健增利", "sentence": ["x", "-1", "9" * 30, "²"]},
        {"word": "<script>", "sentence": ["1"]},
        {},
    ],
)
def test_nonsense_gets_a_sentence(
    sales: Department, admin: User, client_of: ClientOf, data: dict[str, object]
) -> None:
    order = f"/d/{sales.slug}/hotwords/rehearings/"
    answer = client_of(admin).post(order, data, follow=True)
    assert answer.redirect_chain
    assert "toast-error" in answer.content.decode()
    assert not Rehearing.objects.exists()


def test_an_order_that_waits_to_be_tried_again_says_so(
    sales: Department,
    admin: User,
    segment: Segment,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def is_away(language: str) -> Loaded:
        raise EngineError(ErrorCode.SERVICE_FAILED, permanent=False)

    client = client_of(admin)
    order = f"/d/{sales.slug}/hotwords/rehearings/"
    client.post(order, {"word": "稳健增利", "sentence": [segment.pk]})
    run = Rehearing.objects.get()
    monkeypatch.setattr(running, "loaded_engine", is_away)
    run_re_recognition(run.pk)
    run.refresh_from_db()
    assert run.try_again_at
    at = timezone.localtime(run.try_again_at)
    for address in (f"{order}{run.uuid}/", f"{order}{run.uuid}/status/"):
        page = client.get(address).content.decode()
        assert f"识别服务没有响应。将在 {at:%H:%M} 之后自动重试。" in page
        assert "等待重试" in page
