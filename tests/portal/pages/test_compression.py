"""Text leaves compressed, sound as it is stored."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.models.departments import Department
from accounts.models.people import User
from portal.http.middleware import CompressionMiddleware
from tests.factories import make_recording, make_transcript
from tests.transcription.pages import url_of

ClientOf = Callable[[User], Client]
WISH = {"accept-encoding": "gzip, deflate, br"}


def unpacked(answer: Any) -> bytes:
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert int(answer["Content-Length"]) == len(answer.content)
    return gzip.decompress(answer.content)


@pytest.mark.parametrize(
    "rest", ["", "segments/", "words/", "find/?q=好", "export/srt/", "export/csv/"]
)
def test_pages_json_and_exports_are_compressed_for_whoever_takes_it(
    rest: str, sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    words = [{"text": "好", "start_ms": 0, "end_ms": 9, "offset": 0}]
    transcript = make_transcript(recording, ["好的，没问题。"] * 60)
    transcript.segments.update(words=words)
    client = client_of(alice)
    packed = client.get(url_of(recording, rest), headers=WISH)
    plain = client.get(url_of(recording, rest))
    assert not plain.has_header("Content-Encoding")
    assert len(packed.content) < len(plain.content) / 2
    content = unpacked(packed)
    if plain["Content-Type"] == "application/json":
        assert json.loads(content) == plain.json()


@pytest.mark.parametrize("range_", [None, "bytes=0-999"])
def test_sound_is_not(
    range_: str | None, sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice, content=b"RIFF" + bytes(4_000))
    headers = WISH | ({"range": range_} if range_ else {})
    for rest in ("media/", "original/"):
        answer = client_of(alice).get(url_of(recording, rest), headers=headers)
        assert not answer.has_header("Content-Encoding")
        length = 1_000 if range_ and answer.status_code == 206 else 4_004
        assert len(b"".join(answer)) == int(answer["Content-Length"]) == length


def _answer_of(response: HttpResponse | FileResponse) -> HttpResponse | FileResponse:
    request = RequestFactory().get("/", headers=WISH)

    def answer(request: HttpRequest) -> HttpResponse | FileResponse:
        return response

    return CompressionMiddleware(answer)(request)  # type: ignore[return-value]


def test_a_strong_etag_becomes_a_weak_one() -> None:
    page = HttpResponse("好" * 500, headers={"ETag": '"one"'})
    assert _answer_of(page)["ETag"] == 'W/"one"'


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(b"x" * 500, content_type="audio/mpeg"),
        HttpResponse("x" * 500, status=206, content_type="text/plain"),
        HttpResponse("x" * 500, headers={"Content-Encoding": "br"}),
        FileResponse(iter([b"x" * 500]), content_type="text/csv"),
        HttpResponse("short"),
    ],
)
def test_what_is_packed_in_parts_streamed_or_short_stays_as_it_is(
    response: HttpResponse | FileResponse,
) -> None:
    before = response.headers.get("Content-Encoding")
    assert _answer_of(response).headers.get("Content-Encoding") == before
