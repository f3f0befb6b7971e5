"""Clips on their way into a reference set."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM
from tests.people import join, make_user
from tests.transcription.conftest import sound
from transcription.models.evaluation import ReferenceSet
from transcription.services.evaluation.sets import create_set
from transcription.services.media.uploads import HashingUploadHandler

ClientOf = Callable[[User], Client]
BASE = "/d/sales/evaluation/"


@pytest.fixture
def target(sales: Department) -> ReferenceSet:
    return create_set(department=sales, origin=SYSTEM, name="回归")


def test_clips_come_with_text_files_of_the_same_names(
    carol: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    files = [
        SimpleUploadedFile("a.wav", sound()),
        SimpleUploadedFile("a.txt", "甲".encode("gb18030")),
        SimpleUploadedFile("b.wav", sound(seed=2)),
    ]
    client = client_of(carol)
    url = f"{BASE}sets/{target.uuid}/clips/"
    client.post(url, {"file": files, "text": "乙", "language": "zh"})
    clips = target.items.all()
    assert [(clip.name, clip.text) for clip in clips] == [
        ("a.wav", "甲"),
        ("b.wav", "乙"),
    ]
    audio = client.get(f"{BASE}sets/{target.uuid}/items/{clips[0].uuid}/audio/")
    assert isinstance(audio, StreamingHttpResponse)
    assert (audio["Content-Type"], b"".join(audio)) == ("audio/wav", sound())


def test_who_listens_to_a_clip_is_in_the_audit_trail(
    carol: User, alice: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    files = [SimpleUploadedFile("a.wav", sound())]
    sent = {"file": files, "text": "乙", "language": "zh"}
    client_of(carol).post(f"{BASE}sets/{target.uuid}/clips/", sent)
    clip = target.items.get()
    url = f"{BASE}sets/{target.uuid}/items/{clip.uuid}/audio/"
    heard = client_of(alice).get(url)
    assert isinstance(heard, StreamingHttpResponse)
    assert b"".join(heard) == sound()
    seen = AuditEvent.objects.get(action=AuditAction.VIEW, actor=alice)
    assert (seen.object_type, seen.object_id) == ("reference_set", str(target.uuid))


def test_a_clip_whose_text_file_has_another_name_is_no_silence(
    carol: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    files = [
        SimpleUploadedFile("A.wav", sound()),
        SimpleUploadedFile("a.TXT", "甲".encode()),
        SimpleUploadedFile("b.wav", sound(seed=2)),
    ]
    url = f"{BASE}sets/{target.uuid}/clips/"
    sent = {"file": files, "text": "", "language": "zh"}
    answer = client_of(carol).post(url, sent, follow=True)
    assert "b.wav：没有同名的文本文件" in answer.content.decode()
    clips = target.items.all()
    assert [(clip.name, clip.text) for clip in clips] == [("A.wav", "甲")]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "请选择文件"),
        ([("a.wav", b"text")], "a.wav"),
        ([("a.wav", b"RIFF....WAVEfmt "), ("a.txt", b"\0\1\2\3")], "UTF-8"),
    ],
)
def test_a_bad_upload_is_one_sentence(
    carol: User,
    client_of: ClientOf,
    target: ReferenceSet,
    files: list[tuple[str, bytes]],
    sentence: str,
) -> None:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    url = f"{BASE}sets/{target.uuid}/clips/"
    answer = client_of(carol).post(
        url, {"file": sent, "text": "", "language": "zh"}, follow=True
    )
    assert sentence in answer.content.decode()
    assert not target.items.exists()


def test_what_cannot_be_taken_is_told_by_name_and_loses_nothing_of_the_others(
    carol: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    files = [
        SimpleUploadedFile("a.wav", sound()),
        SimpleUploadedFile("a.txt", "甲".encode()),
        SimpleUploadedFile("broken.wav", b"a note"),
        SimpleUploadedFile("broken.txt", b"a note"),
        SimpleUploadedFile("binary.wav", sound(seed=2)),
        SimpleUploadedFile("binary.txt", b"\0\1\2\3"),
        SimpleUploadedFile("alone.txt", "乙".encode()),
        SimpleUploadedFile("z.wav", sound(seed=3)),
        SimpleUploadedFile("z.txt", "丙".encode()),
    ]
    url = f"{BASE}sets/{target.uuid}/clips/"
    sent = {"file": files, "text": "", "language": "zh"}
    answer = client_of(carol).post(url, sent, follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "alone.txt：没有同名的音频片段。" in page
    assert "broken.wav：浏览器无法播放这种格式" in page
    assert "binary.wav：这不是 UTF-8" in page
    assert "已添加 2 句" in page
    names = target.items.values_list("name", flat=True)
    assert list(names) == ["a.wav", "z.wav"]


def test_a_script_sends_one_clip_and_gets_an_answer_for_it(
    carol: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    client = client_of(carol)
    url = f"{BASE}sets/{target.uuid}/clips/"

    def send(**files: bytes) -> tuple[int, dict[str, object]]:
        sent = [
            SimpleUploadedFile(name.replace("_", "."), c) for name, c in files.items()
        ]
        answer = client.post(
            url,
            {"file": sent, "text": "", "language": "zh"},
            headers={"accept": "application/json"},
        )
        return answer.status_code, answer.json()

    assert send(a_wav=sound(), a_txt="甲".encode()) == (201, {"added": 1})
    status, problem = send(b_wav=b"a note", b_txt=b"b")
    assert (status, problem["code"]) == (422, "unsupported_format")
    assert "浏览器无法播放这种格式" in str(problem["message"])
    status, problem = send(c_txt=b"c")
    assert (status, problem["message"]) == (422, "请选择文件。")
    assert [item.text for item in target.items.all()] == ["甲"]


@pytest.mark.parametrize(("name", "status"), [("alice", 403), ("erin", 404)])
def test_who_may_not_add_clips_is_refused_before_they_are_read(
    name: str,
    status: int,
    alice: User,
    support: Department,
    client_of: ClientOf,
    target: ReferenceSet,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    erin = join(make_user("erin"), support, Role.ADMIN)
    client = client_of({"alice": alice, "erin": erin}[name])
    client.handler.enforce_csrf_checks = True  # that check reads the body
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    taken: list[str] = []
    monkeypatch.setattr(
        HashingUploadHandler, "new_file", lambda *_, **__: taken.append("file")
    )
    department = "sales" if name == "alice" else "support"
    url = f"/d/{department}/evaluation/sets/{target.uuid}/clips/"
    sent = {"file": SimpleUploadedFile("a.wav", sound()), "language": "zh"}
    assert client.post(url, sent).status_code == status
    assert taken == []
