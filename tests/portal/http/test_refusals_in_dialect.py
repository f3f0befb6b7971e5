"""What the web server refuses before it has read a request, as the caller reads it."""

import json
from http import HTTPStatus

import pytest
from pytest_django import Settings

from portal.http.protocol import BoundedConnection, refusal
from transcription.api.dialects import dialect_of

HUGE = b"X-Much: " + b"x" * 20_000


def refused(head: bytes, settings: Settings) -> tuple[str, bytes]:
    """The content type and the body of the answer to a head that is too large."""
    import h11

    connection = BoundedConnection(h11.SERVER, 16 * 2**10)
    connection.receive_data(head + HUGE)
    with pytest.raises(h11.RemoteProtocolError):
        connection.next_event()
    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    answer = refusal(status, dialect_of(connection.target))
    headers, _blank, body = answer.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in headers
    kind = headers.partition(b"content-type: ")[2].partition(b"\r\n")[0]
    return kind.decode(), body


@pytest.mark.parametrize("prefix", ["", "/asr"])
def test_each_dialect_has_its_own(settings: Settings, prefix: str) -> None:
    settings.PREFIX = prefix
    head = f"POST {prefix}/v1/audio/transcriptions HTTP/1.1\r\n".encode()
    kind, body = refused(head, settings)
    assert kind == "application/json"
    assert json.loads(body)["error"]["code"] == "headers_too_large"
    kind, body = refused(f"GET {prefix}/api/jobs/1 HTTP/1.1\r\n".encode(), settings)
    assert kind == "application/problem+json"
    assert json.loads(body)["code"] == "headers_too_large"


@pytest.mark.parametrize(
    "head",
    [
        b"GET /d/sales/ HTTP/1.1\r\n",
        b"GET /elsewhere/v1/models HTTP/1.1\r\n",
        b"nonsense\r\n",
        b"\xff\xfe \xff\xfe\r\n",
        b"",
    ],
)
def test_people_and_strangers_are_told_in_plain_text(
    settings: Settings, head: bytes
) -> None:
    kind, body = refused(head, settings)
    assert kind == "text/plain; charset=utf-8"
    assert body.endswith(b"code: headers_too_large\n")
