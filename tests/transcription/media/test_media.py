"""Sound in pieces: ranges, the audit of plays, what a browser may be handed."""

from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording
from transcription.models.recordings import Recording

ClientOf = Callable[[User], Client]
SOUND = bytes(range(256)) * 8  # 2,048 bytes, every one known by its place


@pytest.fixture
def recording(sales: Department, alice: User) -> Recording:
    return make_recording(sales, alice, content=SOUND)


def url_of(recording: Recording, view: str = "media") -> str:
    kwargs = {"department": recording.department.slug, "uuid": recording.uuid}
    return reverse(f"transcription:{view}", kwargs=kwargs)


def body(response: object) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, 2047),
        ("bytes=100-199", 100, 199),
        ("bytes=-48", 2000, 2047),
        ("bytes=2000-9999", 2000, 2047),
        ("bytes=7-7", 7, 7),
    ],
)
def test_a_range_is_answered_with_just_that(
    recording: Recording,
    alice: User,
    client_of: ClientOf,
    asked: str,
    start: int,
    end: int,
) -> None:
    response = client_of(alice).get(url_of(recording), headers={"range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{end}/2048"
    assert response["Content-Length"] == str(end - start + 1)
    assert body(response) == SOUND[start : end + 1]


def test_without_a_range_all_of_it_comes(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    response = client_of(alice).get(url_of(recording))
    assert response.status_code == 200
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Type"] == "audio/wav"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert body(response) == SOUND


def test_a_range_behind_the_end_is_416(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    response = client_of(alice).get(url_of(recording), headers={"range": "bytes=9000-"})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */2048"


def test_nonsense_in_the_range_is_ignored(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    response = client_of(alice).get(url_of(recording), headers={"range": "bytes=x-y"})
    assert response.status_code == 200
    assert body(response) == SOUND


def test_head_tells_the_length_and_sends_nothing(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    response = client_of(alice).head(url_of(recording))
    assert response.status_code == 200
    assert response["Content-Length"] == "2048"
    assert not AuditEvent.objects.filter(action=AuditAction.PLAY).exists()


def test_a_range_for_another_version_gets_all_of_this_one(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    headers = {"range": "bytes=100-199", "if-range": '"something else"'}
    response = client_of(alice).get(url_of(recording), headers=headers)
    assert response.status_code == 200
    assert body(response) == SOUND


def test_a_play_is_audited_once_and_not_per_range(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    for asked in ("bytes=0-", "bytes=512-", "bytes=1024-1100", "bytes=0-"):
        body(client.get(url_of(recording), headers={"range": asked}))
    event = AuditEvent.objects.get(action=AuditAction.PLAY)
    assert event.actor == alice
    assert event.object_id == str(recording.uuid)


@pytest.mark.parametrize("asked", ["bytes=1-", "bytes=-2047", "bytes=00-", "x"])
def test_no_range_escapes_the_audit(
    recording: Recording, alice: User, client_of: ClientOf, asked: str
) -> None:
    client = client_of(alice)
    for _ in range(3):
        body(client.get(url_of(recording), headers={"range": asked}))
    assert AuditEvent.objects.filter(action=AuditAction.PLAY).count() == 1
    body(client.get(url_of(recording, "original"), headers={"range": asked}))
    assert AuditEvent.objects.filter(action=AuditAction.EXPORT).count() == 1


def test_a_stranger_gets_404_for_any_range(
    recording: Recording, charlie: User, client_of: ClientOf
) -> None:
    response = client_of(charlie).get(
        url_of(recording), headers={"range": "bytes=0-10"}
    )
    assert response.status_code == 404


def test_the_original_is_a_download_under_its_own_name(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice, original_name='客户"来电/a.wav')
    response = client_of(alice).get(url_of(recording, "original"))
    body(response)
    assert response["Content-Type"] == "application/octet-stream"
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert "%2F" not in disposition


def test_a_format_that_browsers_cannot_play_is_not_sent_inline(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice, media_format="amr")
    assert client_of(alice).get(url_of(recording)).status_code == 404


def test_behind_nginx_only_the_place_is_sent(
    recording: Recording, alice: User, client_of: ClientOf, settings: Settings
) -> None:
    settings.SENDFILE_NGINX = True
    response = client_of(alice).get(url_of(recording))
    assert response["X-Accel-Redirect"] == f"/protected-media/{recording.file.name}"
    assert response.content == b""


def test_a_file_that_is_gone_from_the_disk_is_404(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    recording.file.storage.delete(recording.file.name or "")
    assert client_of(alice).get(url_of(recording)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_under_asgi_it_comes_in_pieces(
    recording: Recording, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcription.views.media.media.CHUNK_BYTES", 512)

    async def play() -> list[bytes]:
        client = AsyncClient()
        await client.aforce_login(
            alice, backend="django.contrib.auth.backends.ModelBackend"
        )
        response = await client.get(url_of(recording))
        assert isinstance(response, StreamingHttpResponse)
        return [piece async for piece in response]

    pieces = async_to_sync(play)()
    assert [len(piece) for piece in pieces] == [512] * 4
    assert b"".join(pieces) == SOUND
