"""File names as other people's clients write them, in every form that takes a file."""

import io
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.transcription.api.conftest import ApiOf, speech, wav
from tests.transcription.api.conftest import api_of as api_of
from tests.transcription.api.conftest import no_waiting as no_waiting
from transcription.models.recordings import Recording
from transcription.services.evaluation.sets import create_set
from transcription.services.media.part_headers import ReadableParts

ClientOf = Callable[[User], Client]
FORM = "multipart/form-data; boundary=BOUND"
# What follows ``name=audio;``, and the title that people should see.
NAMES = {
    "utf-8": ('filename="录音.wav"'.encode(), "录音"),
    "gbk": ('filename="录音.wav"'.encode("gbk"), "录音"),
    # The last byte is a backslash, which would hide the closing quote.
    "gbk, backslash": (b'filename="\xbb\xe1\xd5\x5c"', "会誠"),
    "gb18030, four bytes": ('filename="𠮷㐂.wav"'.encode("gb18030"), "𠮷㐂"),
    "latin-1": ('filename="café.wav"'.encode("latin-1"), "café"),
    "rfc 2047, base64": (b'filename="=?utf-8?B?5rWL6K+VLndhdg==?="', "测试"),
    "rfc 2047, quoted": (b'filename="=?gbk?Q?=B2=E2=CA=D4=2Ewav?="', "测试"),
    "rfc 2047, bare": (b"filename==?utf-8?B?5rWL6K+VLndhdg==?=", "测试"),
    "rfc 2047, folded": (
        b'filename="=?utf-8?B?5rWL?= =?utf-8?B?6K+VLndhdg==?="',
        "测试",
    ),
    "rfc 2047, unknown": (b'filename="=?klingon?B?5rWL?="', "=?klingon?B?5rWL?="),
    "rfc 5987": (b"filename*=UTF-8''%E5%BD%95%E9%9F%B3.wav", "录音"),
    ".net": (b"filename=net.wav; filename*=utf-8''%E6%B5%8B%E8%AF%95.wav", "测试"),
}


def body(disposition: bytes, content: bytes, field: bytes = b"audio") -> bytes:
    return (
        b"--BOUND\r\nContent-Disposition: form-data; name=" + field + b"; "
        b"%b\r\n\r\n%b\r\n--BOUND--\r\n" % (disposition, content)
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_program_keeps_its_file_and_its_name(
    api_of: ApiOf, alice: User, name: str
) -> None:
    disposition, title = NAMES[name]
    sent = body(disposition, wav())
    answer = api_of(alice).post("/api/transcribe", sent, content_type=FORM)
    assert answer.status_code == 202, answer.content
    recording = Recording.objects.get()
    assert recording.title == title
    with recording.file.open("rb") as file:
        assert file.read() == wav()


def test_a_page_keeps_it_too(
    alice: User, carol: User, sales: Department, client_of: ClientOf
) -> None:
    target = create_set(department=sales, origin=SYSTEM, name="回归")
    for person, url in (
        (alice, "/d/sales/upload/?language=zh"),
        (carol, f"/d/sales/evaluation/sets/{target.uuid}/clips/"),
    ):
        sent = (
            b'--BOUND\r\nContent-Disposition: form-data; name="language"\r\n\r\nzh\r\n'
            + body('filename="录音.wav"'.encode("gbk"), wav(), b"file")
        )
        answer = client_of(person).post(
            url, sent, content_type=FORM, headers={"accept": "application/json"}
        )
        assert answer.status_code == 201, answer.content
    assert Recording.objects.get().title == "录音"
    assert [item.name for item in target.items.all()] == ["录音.wav"]


@pytest.mark.parametrize("size", [1, 7, 64, 65_536])
def test_only_the_headers_are_touched_wherever_a_read_ends(size: int) -> None:
    noise = b'\r\nfilename="\xc2\xbc.wav"\r\n\r\n--BOUN' + bytes(range(256)) * 40
    gbk = 'filename="录音.wav"'.encode("gbk")
    parts = ReadableParts(io.BytesIO(body(gbk, noise) + b"\xff" * 9000), b"BOUND")
    read = b"".join(iter(lambda: parts.read(size), b""))
    assert read == body('filename="录音.wav"'.encode(), noise) + b"\xff" * 9000


def test_headers_without_an_end_are_left_alone() -> None:
    sent = b"--BOUND\r\n" + b"\xb2" * 10_000 + b"\r\n--BOUND--\r\n\xff"
    parts = ReadableParts(io.BytesIO(sent), b"BOUND")
    assert b"".join(iter(lambda: parts.read(9), b"")) == sent


@pytest.mark.parametrize("field", ["audio", "language"])
def test_a_field_that_comes_twice_is_refused_and_named(
    api_of: ApiOf, alice: User, field: str
) -> None:
    twice = {"audio": [speech(), speech(value=3)], "language": ["zh", "en"]}
    form = {"audio": speech(), "language": "zh", field: twice[field]}
    answer = api_of(alice).post("/api/transcribe", form)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert answer.json()["errors"][0]["code"] == "repeated"
    assert not Recording.objects.exists()
