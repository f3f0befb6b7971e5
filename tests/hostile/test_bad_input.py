"""Bad input, through the API and the pages: a sentence and a code, never a 500; nothing
lost, nothing leaked. The test client raises what would be a 500."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.tokens import create_token
from tests.factories import make_job, make_recording, make_transcript
from tests.jobs import run_job
from tests.people import membership
from tests.transcription.api.conftest import wav
from tests.transcription.engines import FakeEngine, FakeVad
from transcription.engine.base import ErrorCode
from transcription.models.hotwords.lists import Hotword, HotwordList
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.services.jobs import working
from transcription.services.recogniser.holder import Loaded
from transcription.services.runs.errors import sentence

ODD = Path(__file__).parents[3] / "shared" / "data" / "odd"
MARKUP = "<|startofspeech|>!/etc/passwd<|endofspeech|>"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 60
PLAYLIST = (
    b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n"
    b"#EXTINF:10,\nhttp://169.254.169.254/latest/\n#EXT-X-ENDLIST\n"
)
MADE = {
    "zero.wav": (b"", "empty_file"),
    "text.mp3": ("今天天气很好。\n".encode() * 200, "unsupported_format"),
    "picture.wav": (PNG, "unsupported_format"),
    "playlist.mp3": (PLAYLIST, "unsupported_format"),
    "playlist.m3u8": (PLAYLIST, "unsupported_format"),
    "session.sdp": (b"v=0\r\no=- 0 0 IN IP4 10.0.0.1\r\n", "unsupported_format"),
    "concat.txt": (b"ffconcat version 1.0\nfile /etc/passwd\n", "unsupported_format"),
}
# These are taken: what is wrong with them shows when they are decoded.
TAKEN = {
    "cut_off.wav": wav(2.0, value=9)[:20_000],
    "header_only.wav": wav(1.0)[:44],
    "liar.wav": wav(1.0)[:40] + b"\xff\xff\xff\xff" + b"\x01\x00" * 4_000,
    "noise_in_a_wav.wav": wav(0.5)[:20] + bytes(range(256)) * 40,
    "id3_and_nothing.mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\x00" * 500,
}


@pytest.fixture(autouse=True)
def surroundings(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_WAIT_SECONDS = 0
    settings.DATA_DIR = tmp_path / "data"
    cache.clear()
    monkeypatch.setattr(
        working, "loaded_engine", lambda language: Loaded(FakeEngine(), FakeVad())
    )


@pytest.fixture
def api(alice: User) -> Client:
    made = create_token(membership=membership(alice), origin=SYSTEM, name="test")
    return Client(headers={"authorization": f"Bearer {made.secret}"})


@pytest.fixture
def page(alice: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(alice)


def send(api: Client, content: bytes, name: str, **form: str) -> Any:
    audio = SimpleUploadedFile(name, content)
    return api.post("/api/transcribe", {"audio": audio, **form})


@pytest.mark.parametrize("name", MADE)
def test_what_is_no_recording_is_refused_at_the_door(
    api: Client, page: Client, name: str, tmp_path: Path
) -> None:
    content, code = MADE[name]
    answer = send(api, content, name)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code
    assert answer.json()["detail"] == sentence(code)
    audio = SimpleUploadedFile(name, content)
    scripted = page.post(
        "/d/sales/upload/",
        {"file": audio, "language": "zh"},
        headers={"accept": "application/json"},
    )
    assert 400 <= scripted.status_code < 500
    assert scripted.json()["message"]
    shown = page.post(
        "/d/sales/upload/",
        {"file": SimpleUploadedFile(name, content), "language": "zh"},
        follow=True,
    )
    assert shown.status_code < 500
    assert not Recording.objects.exists()
    assert list((tmp_path / "media" / "incoming").iterdir()) == []


def odd_files() -> list[Path]:
    return sorted(ODD.iterdir()) if ODD.is_dir() else []


@pytest.mark.parametrize("path", odd_files(), ids=lambda path: path.name)
def test_every_odd_file_ends_well(api: Client, path: Path) -> None:
    assert_ends_well(api, path.read_bytes(), path.name)


@pytest.mark.parametrize("name", TAKEN)
def test_every_broken_file_ends_well(api: Client, name: str) -> None:
    assert_ends_well(api, TAKEN[name], name)


def assert_ends_well(api: Client, content: bytes, name: str) -> None:
    """Refused with a code, or taken, kept, and brought to an end that says what."""
    answer = send(api, content, name)
    if answer.status_code != 202:
        assert 400 <= answer.status_code < 500
        assert answer.json()["code"] in set(ErrorCode)
        return
    job = TranscriptionJob.objects.get(uuid=answer.json()["job"])
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state in (JobState.SUCCEEDED, JobState.FAILED)
    told = api.get(f"/api/jobs/{job.uuid}").json()
    if job.state == JobState.FAILED:
        assert told["error"]["code"] in set(ErrorCode) - {ErrorCode.ENGINE_FAILED}
        assert told["error"]["detail"]
    else:
        assert told["result"] is not None
    with job.recording.file.open() as kept:
        assert kept.read() == content


def test_markup_in_a_hotword_reaches_no_job(
    api: Client, carol: User, client_of: Callable[[User], Client], sales: Department
) -> None:
    answer = send(api, wav(), "a.wav", hotwords=MARKUP)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "forbidden_character"
    words = HotwordList.objects.create(department=sales, name="产品", created_by=carol)
    client = client_of(carol)
    for url in (f"/d/sales/hotwords/{words.uuid}/add/",):
        assert client.post(url, {"text": f"{MARKUP}\n声文"}).status_code < 500
    assert not Hotword.objects.filter(text__contains="passwd").exists()
    send(api, wav(), "a.wav")
    assert "passwd" not in str(list(TranscriptionJob.objects.values_list("hotwords")))


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.wav",
        "..\\..\\windows.wav",
        "-rf.wav",
        "a\r\nX-Injected: 1.wav",
        "<script>alert(1)</script>.wav",
        "名" * 300 + ".wav",
        "\u202egnp.wav",
        ".wav",
        "=cmd|' /C calc'!A0.wav",
    ],
)
def test_a_file_name_is_only_data(
    api: Client, page: Client, name: str, tmp_path: Path
) -> None:
    assert send(api, wav(), name).status_code == 202
    recording = Recording.objects.get()
    stored = Path(recording.file.path)
    assert stored.is_relative_to(tmp_path / "media")
    assert stored.name == "original"
    for suffix in ("", "original/"):
        response = page.get(f"/d/sales/recordings/{recording.uuid}/{suffix}")
        assert response.status_code == 200
        assert "X-Injected" not in response.headers
        body = b"".join(response) if response.streaming else response.content
        assert b"<script>alert(1)" not in body


def test_another_departments_objects_are_absent_ones(
    api: Client, page: Client, support: Department
) -> None:
    theirs = make_recording(support, title="机密")
    transcript = make_transcript(theirs, ["机密内容"], make_job(theirs))
    for known, absent in (
        (transcript.job.uuid, uuid.uuid4()),
        (theirs.uuid, uuid.uuid4()),
    ):
        a, b = api.get(f"/api/jobs/{known}"), api.get(f"/api/jobs/{absent}")
        assert (a.status_code, a.json()) == (b.status_code, b.json())
    for tail in ("", "media/", "original/", "export/txt/", "status/"):
        response = page.get(f"/d/sales/recordings/{theirs.uuid}/{tail}")
        assert response.status_code == 404
        assert "机密" not in response.content.decode()
    assert page.get(f"/d/support/recordings/{theirs.uuid}/").status_code == 404


@pytest.mark.parametrize("junk", ["x", "0", "%00", "..", "' OR 1=1 --", "{}" * 40])
def test_junk_in_an_address_is_not_found(api: Client, page: Client, junk: str) -> None:
    assert api.get(f"/api/jobs/{junk}").status_code == 404
    assert page.get(f"/d/sales/recordings/{junk}/").status_code == 404
    assert page.get(f"/d/{junk}/").status_code == 404


QUERIES = [
    {"page": "-1"},
    {"page": "99999999999999999999"},
    {"page": "x"},
    {"page": "1e3"},
    {"q": "\x00"},
    {"q": "理财\x00产品"},
    {"q": '"'},
    {"q": '"""AND OR NOT ( * : ^ NEAR'},
    {"q": "%_\\'"},
    {"q": "长" * 5_000},
    {"q": "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")},
    {"after": "2026-13-45", "before": "x"},
    {"from": "\x00", "to": "9999-99-99"},
    {"status": "x", "state": "\x00", "tag": "\x00", "agent": "\x00"},
    {"tag": "99999999999999999999999", "uploader": "-1"},
    {"language": "klingon", "sort": "'; DROP TABLE"},
    {"trashed": "\x00"},
    {"t": "-5"},
]


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
@pytest.mark.parametrize(
    "path", ["/d/sales/", "/d/sales/search/", "/d/sales/trash/", "/d/sales/hotwords/"]
)
def test_odd_questions_get_an_answer(
    page: Client, sales: Department, path: str, query: dict[str, str]
) -> None:
    make_transcript(make_recording(sales))
    assert page.get(path, query).status_code in (200, 302, 400, 404, 422)


@pytest.mark.parametrize(
    "header",
    ["bytes=-", "bytes=9-1", "bytes=99999999999999999999-", "lines=1-2", "bytes=\x00"],
)
def test_odd_ranges_get_an_answer(page: Client, sales: Department, header: str) -> None:
    recording = make_recording(sales, content=wav())
    response = page.get(
        f"/d/sales/recordings/{recording.uuid}/media/", headers={"range": header}
    )
    assert response.status_code in (200, 206, 400, 416)
    if response.streaming:
        assert b"".join(response) in wav()
