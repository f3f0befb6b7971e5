"""Whatever goes wrong under /api/ is a problem document."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.throttling import UserRateThrottle

from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.services.refusal import Refused
from tests.transcription.api.conftest import ApiOf, speech
from transcription.api import jobs
from transcription.models.recordings import Recording

URL = "/api/transcribe"


def problem_of(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["type"] == f"urn:shengwen:problem:{code}"
    return problem


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "not_authenticated"),
        ("Bearer", "token_wrong"),
        ("Bearer swk_wrong", "token_wrong"),
        ("Bearer 密钥".encode().decode("latin-1"), "token_wrong"),
        ("Basic YTpi", "not_authenticated"),
    ],
)
@pytest.mark.django_db
def test_without_a_good_token_it_is_401(header: str | None, code: str) -> None:
    headers = {"authorization": header} if header else {}
    answer = Client(headers=headers).post(URL, {"audio": speech()})
    problem_of(answer, 401, code)
    assert answer["WWW-Authenticate"] == "Bearer"
    assert not Recording.objects.exists()


def test_a_session_is_not_a_token(alice: User, client_of: Any) -> None:
    problem_of(
        client_of(alice).post(URL, {"audio": speech()}), 401, "not_authenticated"
    )


def test_a_disabled_member_is_refused(api_of: ApiOf, alice: User) -> None:
    api = api_of(alice)
    alice.memberships.update(is_active=False)
    problem_of(api.get("/api/jobs/x"), 404, "not_found")
    problem_of(api.post(URL, {"audio": speech()}), 401, "token_disabled")


def test_a_person_who_must_choose_a_password_is_refused(
    api_of: ApiOf, alice: User
) -> None:
    api = api_of(alice)
    User.objects.filter(pk=alice.pk).update(must_change_password=True)
    answer = api.post(URL, {"audio": speech()})
    problem_of(answer, 401, "password_change_required")


@pytest.mark.parametrize("content_type", ["multipart/form-data", "text/" + "x" * 500])
def test_a_form_that_cannot_be_read_gets_our_own_sentence(
    api_of: ApiOf, alice: User, content_type: str
) -> None:
    answer = api_of(alice).post(URL, b"--x", content_type)
    assert answer.status_code in (400, 415)
    detail = answer.json()["detail"]
    assert not detail.isascii()  # in the client's language
    assert "x" * 500 not in detail


def test_wrong_method_wrong_type_wrong_address(api_of: ApiOf, alice: User) -> None:
    api = api_of(alice)
    answer = api.get(URL)
    problem_of(answer, 405, "method_not_allowed")
    assert "POST" in answer["Allow"]
    problem_of(api.post(URL, "{}", "application/json"), 415, "unsupported_media_type")
    for path in ("/api/", "/api/nothing", "/api/jobs/not-a-uuid", "/api/transcribe/"):
        problem_of(api.get(path), 404, "not_found")
        problem_of(Client().delete(path), 404, "not_found")


def test_a_busy_key_is_told_when_to_come_back(
    api_of: ApiOf, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserRateThrottle, "rate", "1/min", raising=False)
    api = api_of(alice)
    api.get(URL)
    answer = api.get(URL)
    problem_of(answer, 429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 61


def test_a_missing_file_names_the_field(api_of: ApiOf, alice: User) -> None:
    for form in ({}, {"audio": "text"}, {"file": speech()}):
        problem = problem_of(api_of(alice).post(URL, form), 400, "invalid_request")
        assert [error["field"] for error in problem["errors"]] == ["audio"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "klingon"),
        ("language", "zh\x00"),
        ("itn", "perhaps"),
        ("hotwords", "nul\x00nul"),
        ("hotwords", "长" * 20_001),
    ],
)
def test_a_wrong_field_is_named(
    api_of: ApiOf, alice: User, field: str, value: str
) -> None:
    answer = api_of(alice).post(URL, {"audio": speech(), field: value})
    problem = problem_of(answer, 400, "invalid_request")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert not Recording.objects.exists()


def test_a_hotword_that_is_none_is_told_word_by_word(
    api_of: ApiOf, alice: User
) -> None:
    words = "声文,<|startofspeech|>!/etc/passwd<|endofspeech|>," + "长" * 31
    answer = api_of(alice).post(URL, {"audio": speech(), "hotwords": words})
    problem = problem_of(answer, 400, "invalid_request")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [
        ("hotwords", "forbidden_character"),
        ("hotwords", "too_long"),
    ]
    assert problem["detail"].startswith("<|startofspeech|>")
    assert not Recording.objects.exists()


def test_huge_fields_and_a_thousand_files(api_of: ApiOf, alice: User) -> None:
    api = api_of(alice)
    huge = api.post(URL, {"audio": speech(), "hotwords": "x" * 2 * 2**20})
    problem_of(huge, 413, "fields_too_large")
    many = api.post(URL, {f"f{number}": speech() for number in range(201)})
    problem_of(many, 400, "malformed_request")
    fields = api.post(URL, {f"f{number}": "x" for number in range(1_001)})
    problem_of(fields, 400, "malformed_request")


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "b" * 300,
        "multipart/form-data; boundary=好",
    ],
)
def test_a_broken_envelope(api_of: ApiOf, alice: User, content_type: str) -> None:
    answer = api_of(alice).generic("POST", URL, b"--x\r\n\r\n", content_type)
    assert answer.status_code in (400, 415)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"garbage",
        b'--x\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n',
        b'--x\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n",
        b"--x\r\nContent-Disposition: form-data; filename*=UTF-8''%ff%fe; "
        b'name="audio"'
        b"\r\n\r\nRIFF\r\n--x--\r\n",
    ],
)
def test_a_broken_body(api_of: ApiOf, alice: User, body: bytes) -> None:
    answer = api_of(alice).generic("POST", URL, body, "multipart/form-data; boundary=x")
    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"] == "application/problem+json"


def test_a_bug_is_a_problem_document_too(
    api_of: ApiOf, alice: User, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(jobs, "access_job", break_down)
    api = api_of(alice)
    api.raise_request_exception = False
    answer = api.get(f"/api/jobs/{ApiToken.objects.get().uuid}")
    problem_of(answer, 500, "internal_error")
    assert b"secret detail" not in answer.content


def test_a_refusal_that_the_api_has_never_heard_of_is_the_callers(
    api_of: ApiOf, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Refused("made_up", "此事不可。")

    monkeypatch.setattr(jobs, "access_job", refuse)
    answer = api_of(alice).get(f"/api/jobs/{ApiToken.objects.get().uuid}")
    assert problem_of(answer, 400, "made_up")["detail"] == "此事不可。"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("job_active", 409),
        ("too_large", 413),
        ("unsupported_format", 415),
        ("disk_full", 507),
        ("storage_failed", 503),
        ("language_unknown", 400),
    ],
)
def test_a_refusals_code_decides_the_status(
    api_of: ApiOf,
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    status: int,
) -> None:
    def refuse(*_: object) -> None:
        raise Refused(code, "No.")

    monkeypatch.setattr(jobs, "access_job", refuse)
    answer = api_of(alice).get(f"/api/jobs/{ApiToken.objects.get().uuid}")
    problem_of(answer, status, code)
