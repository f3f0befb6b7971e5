"""Whatever goes wrong under /v1/ is said as OpenAI's clients read it."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.throttling import UserRateThrottle

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.services.audit.writing import SYSTEM
from accounts.services.refusal import Refused
from accounts.services.tokens import create_token
from tests.people import membership
from tests.portal.http.asgi import ask, scope
from tests.transcription.api.conftest import ApiOf, speech
from tests.transcription.api.openai.conftest import URL, Worker, error_of, fail, post
from transcription.api.openai import transcriptions
from transcription.models.recordings import Recording


def with_header(value: str) -> Any:
    return Client(headers={"authorization": value}).post(URL, {"file": speech()})


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "not_authenticated"),
        ("Bearer", "invalid_api_key"),
        ("Bearer sk-proj-of-somebody-else", "invalid_api_key"),
        ("Basic !!!", "invalid_api_key"),
        ("Basic " + base64.b64encode(b"alice:wrong").decode(), "invalid_api_key"),
        ("Digest x", "not_authenticated"),
    ],
)
@pytest.mark.django_db
def test_without_a_good_key_it_is_401(header: str, code: str) -> None:
    answer = with_header(header)
    assert error_of(answer, 401, code)["type"] == "authentication_error"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert not Recording.objects.exists()


@pytest.mark.parametrize("pair", ["{key}:", "alice:{key}", ":{key}"])
def test_the_key_may_come_as_basic(
    alice: User, worker: Worker, sales: object, pair: str
) -> None:
    made = create_token(membership=membership(alice), origin=SYSTEM, name="test")
    basic = base64.b64encode(pair.format(key=made.secret).encode()).decode()
    assert with_header(f"Basic {basic}").status_code == 200
    assert Recording.objects.get().department == sales
    # Our own API has a browser's page beside it, and takes no Basic.
    client = Client(headers={"authorization": f"Basic {basic}"})
    assert client.get("/api/jobs/x").status_code in (401, 404)


def test_an_expired_key_says_so_and_a_dead_one_is_in_the_audit_trail(
    api_of: ApiOf, alice: User
) -> None:
    api = api_of(alice)
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    error_of(post(api), 401, "token_expired")
    ApiToken.objects.update(revoked_at=timezone.now())
    error_of(post(api), 401, "token_revoked")
    assert AuditEvent.objects.filter(action=AuditAction.REFUSED, actor=alice).exists()


def test_a_session_is_no_key(alice: User, client_of: Any) -> None:
    error_of(client_of(alice).get("/v1/models"), 401, "not_authenticated")


def test_an_auditor_may_not_upload_and_it_is_noted(api_of: ApiOf, dave: User) -> None:
    error = error_of(post(api_of(dave)), 403, "permission_denied")
    assert error["type"] == "permission_error"
    assert AuditEvent.objects.filter(action=AuditAction.REFUSED, actor=dave).exists()
    assert api_of(dave).get("/v1/models").status_code == 200


def test_wrong_method_wrong_type_wrong_address(api_of: ApiOf, alice: User) -> None:
    api = api_of(alice)
    answer = api.get(URL)
    error_of(answer, 405, "method_not_allowed")
    assert "POST" in answer["Allow"]
    error_of(api.post(URL, "{}", "application/json"), 415, "unsupported_media_type")
    for path in ("", "audio", "models/", "audio/translations", "chat/completions"):
        for who in (api, Client()):
            error_of(who.post(f"/v1/{path}"), 404, "not_found")
            error_of(who.get(f"/v1/{path}"), 404, "not_found")


@pytest.mark.parametrize("accept", ["text/html", "text/vtt", "*/*", "x", ""])
def test_the_header_accept_decides_nothing(
    api_of: ApiOf, alice: User, worker: Worker, accept: str
) -> None:
    api = api_of(alice)
    found = api.get("/v1/models", headers={"accept": accept})
    assert found["Content-Type"] == "application/json"
    error_of(api.get("/v1/nothing", headers={"accept": accept}), 404, "not_found")


def test_a_busy_key_is_told_when_to_come_back(
    api_of: ApiOf, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserRateThrottle, "rate", "1/min", raising=False)
    api = api_of(alice)
    api.get("/v1/models")
    answer = api.get("/v1/models")
    assert error_of(answer, 429, "rate_limit_exceeded")["type"] == "rate_limit_error"
    assert 0 < int(answer["Retry-After"]) <= 61


def test_huge_fields_too_many_and_broken_bodies(api_of: ApiOf, alice: User) -> None:
    api = api_of(alice)
    error_of(post(api, prompt="x" * 2 * 2**20), 413, "fields_too_large")
    many = {f"f{number}": "x" for number in range(1_001)}
    error_of(post(api, **many), 400, "malformed_request")
    for body in (b"", b"--x", b"garbage", b"--x\r\nContent-Disposition: form-data\r\n"):
        answer = api.generic("POST", URL, body, "multipart/form-data; boundary=x")
        assert 400 <= answer.status_code < 500
        assert answer.json().keys() == {"error"}


def test_what_is_no_sound_is_415(api_of: ApiOf, alice: User) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = SimpleUploadedFile("a.wav", b"hello, this is a text", "audio/wav")
    error_of(post(api_of(alice), file=text), 415, "unsupported_format")
    empty = SimpleUploadedFile("a.wav", b"", "audio/wav")
    error_of(post(api_of(alice), file=empty), 400, "empty_file")


def test_a_job_that_fails_is_422(api_of: ApiOf, alice: User, worker: Worker) -> None:
    worker.how = fail
    error_of(post(api_of(alice)), 422, "corrupt_audio")
    assert Recording.objects.count() == 1, "the file is kept"


def test_a_canceled_job_is_409_and_not_to_be_sent_again_by_a_machine(
    api_of: ApiOf, alice: User, worker: Worker
) -> None:
    def cancel(job: Any) -> None:
        job.state = "canceled"
        job.save()

    worker.how = cancel
    answer = post(api_of(alice))
    error_of(answer, 409, "canceled")
    assert answer["X-Should-Retry"] == "false"


def test_a_purged_recording_is_410(api_of: ApiOf, alice: User, worker: Worker) -> None:
    def purge(job: Any) -> None:
        raise type(job).DoesNotExist

    worker.how = purge
    error_of(post(api_of(alice)), 410, "purged")


def test_a_bug_is_an_error_of_the_dialect_too(
    api_of: ApiOf, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(transcriptions, "order", break_down)
    api = api_of(alice)
    api.raise_request_exception = False
    answer = post(api)
    assert error_of(answer, 500, "internal_error")["type"] == "server_error"
    assert b"secret detail" not in answer.content


def test_a_refusal_that_nobody_knows_is_the_callers(
    api_of: ApiOf, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Refused("made_up", "此事不可。")

    monkeypatch.setattr(transcriptions, "order", refuse)
    assert error_of(post(api_of(alice)), 400, "made_up")["message"] == "此事不可。"


# --- What no view of the dialect makes ---------------------------------------------


@pytest.mark.django_db
def test_a_host_that_is_not_ours(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["asr.example"]
    error_of(Client().get("/v1/models", headers={"host": "evil"}), 400, "bad_request")


@pytest.mark.django_db
def test_a_fault_before_the_view(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    from portal.pages.full_disk import FullDiskMiddleware

    monkeypatch.setattr(FullDiskMiddleware, "__call__", break_down)
    client = Client(raise_request_exception=False)
    error_of(client.get("/v1/models"), 500, "internal_error")


@pytest.mark.django_db
def test_a_full_disk_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.pages import full_disk

    monkeypatch.setattr(full_disk, "is_used_up", lambda: True)
    answer = Client().get("/v1/models")
    assert error_of(answer, answer.status_code, "disk_full")["type"] == "server_error"
    assert answer.status_code >= 500
    assert answer["Retry-After"]


@pytest.mark.parametrize("path", ["audio/transcriptions", "models", "nothing"])
def test_more_than_is_taken_is_refused_before_it_comes(path: str) -> None:
    from portal.asgi import application

    length = str(10 * 2**40)
    asked = scope(f"/v1/{path}", content_length=length, accept="text/html")
    answer = ask(application, asked)
    assert (answer.status, answer.headers["content-type"]) == (413, "application/json")
    assert json.loads(answer.body)["error"]["code"] == "too_large"
