"""Other people's clients, as their bug trackers tell of them, against a real server.

The numbers are those of the shared list of cases, whose recorded requests are sent
where they are at hand; small ones of the same kind are made here. A table is printed at
the end: ``python -m pytest tests/portal/server/test_http_cases.py``.
"""

import base64
import http.client
import json
import shutil
import sqlite3
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest
import requests

from tests.portal.server.wire import connect, get, read_all, say, status_of
from tests.runner.required import skip_or_fail
from tests.stack import ROOT, Stack
from tests.transcription.api.conftest import wav

pytestmark = pytest.mark.once

SHARED = ROOT.parent / "shared" / "cases" / "portal"
NAME = b'Content-Disposition: form-data; name="audio"; '
FORM = "multipart/form-data; boundary=BOUND"
TAKEN = (200, 202)


@dataclass
class Portal:
    """The server, a key for it, and sounds that it has not had yet."""

    stack: Stack
    key: str
    sounds: Iterator[int] = field(default_factory=lambda: iter(range(1000, 9000)))

    def sound(self) -> bytes:
        return wav(0.1, value=next(self.sounds))

    def recorded(self, name: str, instead: bytes) -> bytes:
        """A request's body out of the shared list, or one like it. They all carry one
        sound, which would be recognised as the same recording: it is made longer."""
        path = SHARED / name
        end = b"\r\n--BOUND--"
        other = next(self.sounds).to_bytes(2, "little") * 2
        body = path.read_bytes() if path.is_file() else instead
        return body.replace(end, other + end)

    def head(self, length: int | None, *lines: str, content_type: str = FORM) -> bytes:
        head = [
            "POST /api/transcribe HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {self.key}",
            f"Content-Type: {content_type}",
            *([] if length is None else [f"Content-Length: {length}"]),
            *lines,
        ]
        return "\r\n".join([*head, "", ""]).encode("latin-1")

    def post(self, body: bytes, *lines: str, content_type: str = FORM) -> "Answer":
        head = self.head(
            len(body), "Connection: close", *lines, content_type=content_type
        )
        return Answer(say(self.stack.port, head, body))

    def title(self, answer: "Answer") -> str:
        """What people see of the file's name."""
        uuid = answer.json()["recording"].replace("-", "")
        with sqlite3.connect(self.stack.data_dir / "shengwen.sqlite3") as database:
            (title,) = database.execute(
                "SELECT title FROM transcription_recording WHERE uuid = ?", [uuid]
            ).fetchone()
        return str(title)


@dataclass
class Answer:
    """What came over the wire."""

    raw: bytes

    @property
    def status(self) -> int:
        return status_of(self.raw)

    def json(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.raw.partition(b"\r\n\r\n")[2])
        return found


def part(disposition: bytes, content: bytes, *lines: bytes) -> bytes:
    head = b"\r\n".join([NAME + disposition, *lines])
    return b"--BOUND\r\n" + head + b"\r\n\r\n" + content + b"\r\n--BOUND--\r\n"


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Stack(
        programs="web",
        SHENGWEN_API_WAIT_SECONDS="0",
        SHENGWEN_UPLOAD_MAX_MB="64",
        SHENGWEN_TRUSTED_PROXIES="127.0.0.1",
    ) as stack:
        yield Portal(stack, stack.token())
        log = (stack.data_dir / "log" / "web.log").read_text()
        assert "Traceback" not in log, log[-6000:]


def p01_an_offer_of_h2c_is_ignored(portal: Portal) -> None:
    body = part(b'filename="a.wav"', portal.sound())
    offer = ("Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk")
    answer = portal.post(body, *offer)
    assert answer.status in TAKEN
    if (SHARED / "h2c_upgrade_request.head").is_file():
        head = (SHARED / "h2c_upgrade_request.head").read_text().split("\n")
        lines = [line.replace("TOKEN", portal.key).strip() for line in head if line]
        lines = [f"Content-Length: {len(body)}" if "Length" in x else x for x in lines]
        with connect(portal.stack.port) as wire:
            wire.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            assert status_of(wire.recv(2**16)) in TAKEN


def p01_curl_asks_for_http2(portal: Portal) -> None:
    assert _curl(portal, "--http2") in TAKEN


def p02_a_file_name_in_gbk(portal: Portal) -> None:
    made = part('filename="录音.wav"'.encode("gbk"), portal.sound())
    answer = portal.post(portal.recorded("mp_gbk_filename.bin", made))
    assert answer.status in TAKEN
    assert portal.title(answer) == "录音"
    made = part('filename="café.wav"'.encode("latin-1"), portal.sound())
    answer = portal.post(portal.recorded("mp_latin1_filename.bin", made))
    assert answer.status in TAKEN


def p04_a_proxy_forwards_odd_addresses(portal: Portal) -> None:
    for forwarded in ("203.0.113.7:5123", "[2001:db8::1]:5123", "unknown", "_x", ","):
        body = part(b'filename="a.wav"', portal.sound())
        assert portal.post(body, f"X-Forwarded-For: {forwarded}").status in TAKEN


def p20_a_body_in_chunks_without_a_length(portal: Portal) -> None:
    body = part(b'filename="a.wav"', portal.sound())
    chunks = (body[:100], body[100:])
    sent = b"".join(b"%x;ext=1\r\n%b\r\n" % (len(c), c) for c in chunks)
    head = portal.head(None, "Transfer-Encoding: chunked", "Connection: close")
    assert status_of(say(portal.stack.port, head, sent + b"0\r\n\r\n")) in TAKEN
    answer = requests.post(
        f"{portal.stack.base_url}/api/transcribe",
        data=(chunk for chunk in (body[:100] + b"1", body[100:])),
        headers={"Authorization": f"Bearer {portal.key}", "Content-Type": FORM},
        timeout=30,
    )
    assert answer.status_code in (*TAKEN, 400)


def p21_file_names_after_rfc_5987(portal: Portal) -> None:
    for name, disposition, title in (
        (
            "mp_filename_star_only.bin",
            b"filename*=UTF-8''%E5%BD%95%E9%9F%B3.wav",
            "录音",
        ),
        (
            "mp_dotnet_unquoted.bin",
            b"filename=net.wav; filename*=utf-8''%E6%B5%8B%E8%AF%95.wav",
            "测试",
        ),
    ):
        made = part(disposition, portal.sound())
        answer = portal.post(portal.recorded(name, made))
        assert answer.status in TAKEN
        assert portal.title(answer) == title


def o19_what_is_no_file_is_named(portal: Portal) -> None:
    made = part(b"x=1", portal.sound())
    bodies = (
        portal.recorded("mp_no_filename.bin", made),
        part(b'filename=""', b"x"),
        part(b'filename="a.wav"', portal.sound()).replace(b'"audio"', b'"file"'),
        b'--BOUND\r\nContent-Disposition: form-data; name="audio"\r\n\r\ntext\r\n'
        b"--BOUND--\r\n",
    )
    for body in bodies:
        answer = portal.post(body)
        assert (answer.status, answer.json()["code"]) == (400, "invalid_request")
        assert b'"field":"audio"' in answer.raw.replace(b'": "', b'":"')


def o21_encoded_words_as_file_names(portal: Portal) -> None:
    made = part(b'filename="=?utf-8?B?5rWL6K+VLndhdg==?="', portal.sound())
    answer = portal.post(portal.recorded("mp_rfc2047_filename.bin", made))
    assert answer.status in TAKEN
    assert portal.title(answer) == "测试"


def o24_forms_written_in_other_ways(portal: Portal) -> None:
    usual = part(b'filename="a.wav"', portal.sound())
    other_types = ('multipart/form-data; charset=utf-8; boundary="BOUND"',)
    for content_type in (FORM, *other_types):
        body = usual.replace(b"\x00" * 4, b"\x01" * 4, 1)
        assert portal.post(body, content_type=content_type).status in TAKEN
    sound = base64.encodebytes(portal.sound())
    for body in (
        b"preamble\r\n" + part(b'filename="a.wav"', portal.sound()) + b"epilogue",
        part(b'filename="a.wav"', sound, b"Content-Transfer-Encoding: base64"),
        part(b'filename="a.wav"', portal.sound(), b"Content-Type: text/plain"),
        part(b'filename="a.wav"', portal.sound()).replace(
            b"Content-Disposition", b"content-disposition"
        ),
        part(b'filename="a.wav"', portal.sound()).replace(
            b"\r\n--BOUND--",
            b'\r\n--BOUND\r\nContent-Disposition: form-data; name="language"\r\n\r\nzh'
            b"\r\n--BOUND--",
        ),
    ):
        assert portal.post(body).status in TAKEN, body[:200]


def o25_names_that_are_no_names(portal: Portal) -> None:
    for name, title in (
        (b"../../etc/passwd.wav", "passwd"),
        (b"C:\\\\calls\\\\a.wav", "a"),
        (b"a\x00b.wav", "ab"),
        (b"<b>x</b>.wav", "b>"),
        (b"a;b.wav", "a;b"),
        (b"n" * 400 + b".wav", "n" * 200),
    ):
        answer = portal.post(part(b'filename="' + name + b'"', portal.sound()))
        assert answer.status in TAKEN, name
        assert portal.title(answer) == title


def o27_a_client_that_waits_for_100(portal: Portal) -> None:
    body = part(b'filename="a.wav"', portal.sound())
    with connect(portal.stack.port) as wire:
        wire.sendall(portal.head(len(body), "Expect: 100-continue"))
        assert status_of(wire.recv(2**16)) == 100
        wire.sendall(body)
        assert status_of(wire.recv(2**16)) in TAKEN
    for line, status in (
        (f"Content-Length: {10 * 2**30}", 413),
        ("Authorization: Bearer swk_wrong", 401),
    ):
        name = line.partition(":")[0].encode()
        lines = portal.head(len(body), "Expect: 100-continue").split(b"\r\n")
        head = [line.encode() if one.startswith(name) else one for one in lines]
        with connect(portal.stack.port) as wire:
            wire.sendall(b"\r\n".join(head))
            assert status_of(read_all(wire)) == status


def o30_lengths_that_contradict_themselves(portal: Portal) -> None:
    for lines in (
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: +5",),
        ("Content-Length: -5",),
        (f"Content-Length: {'9' * 20}",),
    ):
        head = portal.head(None, *lines, "Connection: close")
        status = status_of(say(portal.stack.port, head, b"0\r\n\r\n"))
        assert status in (400, 413), lines


def o33_libraries_of_python(portal: Portal) -> None:
    url = f"{portal.stack.base_url}/api/transcribe"
    keys = {"Authorization": f"Bearer {portal.key}"}
    file = ("录音 1.wav", portal.sound(), "audio/wav")
    assert requests.post(url, files={"audio": file}, headers=keys, timeout=30).ok
    file = ("录音 2.wav", portal.sound(), "audio/wav")
    assert httpx.post(url, files={"audio": file}, headers=keys).is_success
    body = part('filename="录音.wav"'.encode(), portal.sound())
    headers = {**keys, "Content-Type": FORM}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - ours
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - ours
        assert answer.status in TAKEN
    line = http.client.HTTPConnection("127.0.0.1", portal.stack.port, timeout=30)
    for _again in range(3):  # one connection, kept
        body = part(b'filename="a.wav"', portal.sound())
        line.request("POST", "/api/transcribe", body, headers)
        kept = line.getresponse()
        assert (kept.status, bool(kept.read())) == (202, True)
    line.close()


def o35_curl_in_its_ways(portal: Portal) -> None:
    for words in ((), ("-0",), ("-H", "Expect: 100-continue"), ("--compressed",),
                  ("-H", "Transfer-Encoding: chunked")):  # fmt: skip
        assert _curl(portal, *words) in TAKEN, words


def o37_headers_and_addresses_that_nobody_should_send(portal: Portal) -> None:
    long_path = "/" + "x" * 70_000
    for request in (
        get("/healthz", "Accept-Language: zh;q=NaN," + "x" * 900),
        get("/healthz", "User-Agent: \u00ff\u0001"),
        get("/healthz", "X-Large: " + "x" * 200_000),
        get(long_path),
        get("/d/").replace(b"/d/", b"/d/\xb2\xe2/"),
        get("/api/%FF%00%ED%A0%80/"),
        get("/api/x?%FF=%00&a=%ED%A0%80&[=]"),
        get("/api/x").replace(b"/api/x", b"/api/x?\xff"),
        get("/api/x", "Content-Type: a/b; c*=x''%FF"),
        get("/api/x", "Content-Type: text/html; charset=\u00ff"),
        get("/api/x", 'Cookie: a="\\377\\"; =; \u00ff'),
        get("/api/x", "Range: bytes=9-1", "If-Modified-Since: x"),
        get("/api/x", "HX-Request: true", "HX-Current-URL: http://["),
        get("/api/x", "X-Forwarded-For: unknown", "X-Forwarded-Proto: gopher"),
        get("/api/x").replace(b"Host: localhost", b"Host: [::"),
        get("/api/x").replace(b"Host: localhost", b"Host: "),
    ):
        status = status_of(say(portal.stack.port, request))
        assert 200 <= status < 500, (request[:200], status)


def o58_an_address_of_the_api_that_does_not_exist(portal: Portal) -> None:
    for path in (
        *("/api/", "/api/x", "/api/jobs/x", "/api/transcribe/", "/api/%0A", "/api/%00"),
        *("/api/jobs/%FF", "/api/../x", "/api//", "/api/x%2Fy", "/api/?%FF"),
    ):
        answer = say(portal.stack.port, get(path, "Accept: text/html"))
        assert status_of(answer) == 404, path
        assert b"application/problem+json" in answer, path


def _curl(portal: Portal, *words: str) -> int:
    curl = shutil.which("curl")
    if curl is None:
        skip_or_fail("curl", "curl is not installed.")
    call = portal.stack.data_dir / "录音.wav"
    call.write_bytes(portal.sound())
    done = subprocess.run(
        [
            *(curl, "-sS", "-m", "30", "-o", "/dev/null", "-w", "%{http_code}", *words),
            *("-H", f"Authorization: Bearer {portal.key}"),
            *("-F", f"audio=@{call}", f"{portal.stack.base_url}/api/transcribe"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


# What needs a browser, or no wire at all.
ELSEWHERE = {
    "P06": "tests/browser/test_two_portals.py",
    "P07": "tests/browser/test_two_portals.py",
    "P22": "tests/hostile/test_hostile_requests.py",
    "O16": "tests/transcription/media/test_downloads.py",
    "O22": "tests/portal/pages/test_redirects.py",
    "O38": "tests/accounts/people/test_tokens.py",
    "O40": "tests/accounts/sign_in/test_login.py",
}

CASES: list[Callable[[Portal], None]] = [
    case
    for name, case in sorted(globals().items())
    if name[:1] in "op" and name[1:3].isdigit()
]


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Printed at the end: the case, what it is, how it went."""
    rows = {case.__name__: "FAIL" for case in CASES}
    yield rows
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    assert terminal is not None
    terminal.write_line("")
    for name, verdict in rows.items():
        number, _line, words = name.partition("_")
        terminal.write_line(f"{verdict}  {number.upper()}  {words.replace('_', ' ')}")
    for number, path in ELSEWHERE.items():
        terminal.write_line(f"see   {number}  {path}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_another_programs_request(
    case: Callable[[Portal], None], portal: Portal, table: dict[str, str]
) -> None:
    case(portal)
    table[case.__name__] = "pass"


def test_what_is_tried_elsewhere_is() -> None:
    assert [path for path in ELSEWHERE.values() if not (ROOT / path).is_file()] == []
