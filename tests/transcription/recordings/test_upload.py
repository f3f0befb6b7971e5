"""Uploading: one file per call for the script, many at once from the plain form."""

import io
import wave
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.services.media.uploads import HashedUpload

ClientOf = Callable[[User], Client]
UPLOAD = "/d/sales/upload/"
OPTIONS = {"language": "zh", "use_itn": "on"}
JSON = {"accept": "application/json"}


def sound(name: str = "call.wav", seconds: int = 1) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(b"\x01\x00" * 8000 * seconds)
    return SimpleUploadedFile(name, buffer.getvalue())


def test_the_script_gets_the_new_recordings_address(
    alice: User, client_of: ClientOf
) -> None:
    data = {
        **OPTIONS,
        "file": sound("客户来电.wav"),
        "agent": "王芳",
        "tags": "投诉，回访",
    }
    response = client_of(alice).post(UPLOAD, data, headers=JSON)
    assert response.status_code == 201, response.content
    recording = Recording.objects.get()
    answer = response.json()
    assert answer["url"] == f"/d/sales/recordings/{recording.uuid}/"
    assert recording.title == "客户来电"
    assert {tag.name for tag in recording.tags.all()} == {"投诉", "回访"}
    job = TranscriptionJob.objects.get()
    assert (job.language, job.use_itn) == ("zh", True)


@pytest.mark.parametrize("name", ["", "charlie", "dave"])
def test_who_may_not_upload_is_told_before_the_file_is_read(
    request: pytest.FixtureRequest,
    sales: Department,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    client = Client(enforce_csrf_checks=True)
    if name:
        user = request.getfixturevalue(name)
        backend = "django.contrib.auth.backends.ModelBackend"
        client.force_login(user, backend=backend)
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32  # anybody can have one
    read: list[int] = []
    monkeypatch.setattr(HashedUpload, "append", lambda self, data: read.append(1))
    answer = client.post(UPLOAD, {**OPTIONS, "file": sound()})
    assert answer.status_code == {"": 302, "charlie": 404, "dave": 403}[name]
    assert not read


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"{}", "application/json"),
        (b"", "application/octet-stream"),
        (b"--x\r\nContent-Disp", "multipart/form-data; boundary=x"),
    ],
)
@pytest.mark.parametrize("headers", [{}, JSON])
def test_a_post_that_is_no_form_gets_a_sentence(
    alice: User,
    client_of: ClientOf,
    content: bytes,
    content_type: str,
    headers: dict[str, str],
) -> None:
    client = client_of(alice)
    answer = client.post(UPLOAD, content, content_type, headers=headers)
    assert answer.status_code == 422
    if headers:
        assert answer.json()["message"]


def test_a_forbidden_hotword_is_named_and_nothing_is_stored(
    alice: User, client_of: ClientOf
) -> None:
    words = "理财产品, <|startofspeech|>!/etc/passwd<|endofspeech|>"
    data = {**OPTIONS, "file": sound(), "extra_hotwords": words}
    response = client_of(alice).post(UPLOAD, data, headers=JSON)
    assert response.status_code == 422
    assert response.json()["code"] == "invalid_options"
    assert "<|startofspeech|>" in response.json()["message"]
    assert not Recording.objects.exists()


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_time_at_the_edge_of_the_calendar_is_refused(
    alice: User, client_of: ClientOf, at: str
) -> None:
    data = {**OPTIONS, "file": sound(), "recorded_at": at}
    assert client_of(alice).post(UPLOAD, data, headers=JSON).status_code == 422


@pytest.mark.parametrize("page", ["", "search/"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_edge_of_the_calendar_filters_nothing(
    alice: User, client_of: ClientOf, page: str, day: str
) -> None:
    asked = {"since": day, "until": day, "q": "退款"}
    answer = client_of(alice).get(f"/d/sales/{page}", asked)
    assert answer.status_code == 200


def test_the_same_file_again_offers_the_existing_one(
    alice: User, bob: User, client_of: ClientOf
) -> None:
    client_of(alice).post(UPLOAD, {**OPTIONS, "file": sound()}, headers=JSON)
    data = {**OPTIONS, "file": sound("other name.wav")}
    client = client_of(bob)
    response = client.post(UPLOAD, data, headers=JSON)
    assert response.status_code == 200
    assert response.json()["is_duplicate"] is True
    assert str(Recording.objects.get().uuid) in response.json()["url"]
    again = {**OPTIONS, "file": sound(), "allow_duplicate": "on"}
    assert client.post(UPLOAD, again, headers=JSON).status_code == 201
    assert Recording.objects.count() == 2


def test_a_voice_message_of_wechat_is_refused_with_what_to_do(
    alice: User, client_of: ClientOf
) -> None:
    file = SimpleUploadedFile("msg.amr", b"\x02#!SILK_V3" + bytes(50))
    answer = client_of(alice).post(UPLOAD, {**OPTIONS, "file": file}, headers=JSON)
    assert answer.json()["code"] == "unsupported_format"
    assert "请先转换为 MP3 或 WAV" in answer.json()["message"]
    assert not Recording.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty_file"), (b"\x89PNG\r\n\x1a\n" * 9, "unsupported_format")],
)
def test_a_refusal_is_a_code_and_a_sentence(
    alice: User, client_of: ClientOf, content: bytes, code: str
) -> None:
    file = SimpleUploadedFile("call.mp3", content)
    response = client_of(alice).post(UPLOAD, {**OPTIONS, "file": file}, headers=JSON)
    assert response.status_code == 422
    assert response.json()["code"] == code
    assert response.json()["message"]
    assert not Recording.objects.exists()


def test_no_file_and_odd_options_are_sentences_too(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    response = client.post(UPLOAD, OPTIONS, headers=JSON)
    assert (response.status_code, response.json()["code"]) == (422, "no_file")
    odd = {"language": "klingon", "file": sound()}
    response = client.post(UPLOAD, odd, headers=JSON)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_options")


def test_the_plain_form_takes_several_files(alice: User, client_of: ClientOf) -> None:
    files = [sound("a.wav"), sound("b.wav", 2), SimpleUploadedFile("c.mp3", b"text")]
    client = client_of(alice)
    response = client.post(UPLOAD, {**OPTIONS, "file": files}, follow=True)
    assert response.redirect_chain[-1][0] == "/d/sales/"
    assert {r.title for r in Recording.objects.all()} == {"a", "b"}
    assert "c.mp3：" in response.content.decode()


def test_the_plain_form_leads_to_what_is_here_already(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    client.post(UPLOAD, {**OPTIONS, "file": sound("a.wav")})
    known = Recording.objects.get()
    files = [sound("again.wav"), sound("new.wav", 2)]
    response = client.post(UPLOAD, {**OPTIONS, "file": files}, follow=True)
    content = response.content.decode()
    messages = content[content.index('id="toasts"') : content.index("</main>")]
    assert "again.wav" in messages
    assert messages.count(f'<a href="/d/sales/recordings/{known.uuid}/">') == 1


def test_without_scripts_the_archive_looks_again_by_itself(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    refresh = '<noscript><meta http-equiv="refresh"'
    assert refresh not in client.get("/d/sales/").content.decode()
    client.post(UPLOAD, {**OPTIONS, "file": sound()})
    assert refresh in client.get("/d/sales/").content.decode()


def test_the_plain_form_keeps_what_was_typed(alice: User, client_of: ClientOf) -> None:
    response = client_of(alice).post(UPLOAD, {**OPTIONS, "agent": "王芳"})
    assert response.status_code == 422
    assert "王芳" in response.content.decode()


def test_an_auditor_may_not_upload(dave: User, client_of: ClientOf) -> None:
    response = client_of(dave).post(UPLOAD, {**OPTIONS, "file": sound()}, headers=JSON)
    assert response.status_code == 403
    assert response.json()["code"] == "forbidden"


@pytest.mark.parametrize("is_on", [True, False])
def test_the_form_begins_with_the_departments_choice_of_added_marks(
    alice: User, sales: Department, client_of: ClientOf, is_on: bool
) -> None:
    Department.objects.filter(pk=sales.pk).update(default_punctuation=is_on)
    form = client_of(alice).get(UPLOAD).context["form"]
    assert form["use_punctuation"].value() is is_on
    # Who unticks it wants none, whatever the department's default.
    client_of(alice).post(UPLOAD, {**OPTIONS, "file": sound()}, headers=JSON)
    assert TranscriptionJob.objects.get().use_punctuation is False


def test_a_logged_out_page_is_told_so_and_not_sent_to_the_login() -> None:
    answer = Client().post(UPLOAD, {**OPTIONS, "file": sound()}, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (401, "login_needed")


@pytest.mark.parametrize("headers", [{}, JSON])
def test_a_page_that_somebody_else_opened_uploads_nothing(
    alice: User, bob: User, client_of: ClientOf, headers: dict[str, str]
) -> None:
    data = {**OPTIONS, "file": sound(), "account": str(alice.pk)}
    answer = client_of(bob).post(UPLOAD, data, headers=headers)
    assert answer.status_code == (409 if headers else 422)
    assert "另一个账号" in str(answer.content, "utf-8") or headers
    if headers:
        assert answer.json()["code"] == "other_account"
    assert not Recording.objects.exists()
