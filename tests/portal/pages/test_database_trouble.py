"""A database that is busy or away is 503 with ``Retry-After``, whoever asks."""

import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import unquote

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from accounts.models.people import User
from accounts.models.sign_in.sessions import SessionStore
from accounts.services.audit.writing import SYSTEM
from accounts.services.tokens import create_token
from portal.logs.filters import OneSentence
from tests.factories import make_job, make_recording
from tests.people import membership
from tests.stack import ROOT
from transcription.services.trouble import trouble_of

ClientOf = Callable[[User], Client]


def sqlite_error(code: int) -> OperationalError:
    error = OperationalError("database is locked")
    error.__cause__ = sqlite3.OperationalError("database is locked")
    error.__cause__.sqlite_errorcode = code
    return error


def postgresql_error(kind: type[psycopg.Error]) -> OperationalError:
    error = OperationalError("server closed the connection\n\tThis probably means")
    error.__cause__ = kind("server closed the connection")
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (sqlite_error(sqlite3.SQLITE_BUSY), "database_busy"),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), "database_busy"),
        (sqlite_error(sqlite3.SQLITE_FULL), "disk_full"),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), "database_away"),
        (sqlite_error(sqlite3.SQLITE_CANTOPEN), "database_away"),
        (postgresql_error(psycopg.OperationalError), "database_away"),
        (postgresql_error(psycopg.errors.TooManyConnections), "database_away"),
        (postgresql_error(psycopg.errors.DiskFull), "disk_full"),
        (postgresql_error(psycopg.errors.LockNotAvailable), "database_busy"),
        (InterfaceError("connection already closed"), "database_away"),
        (OSError(28, "No space left on device"), "disk_full"),
    ],
)
def test_what_passes_by_itself_has_a_code(error: Exception, code: str) -> None:
    trouble = trouble_of(error)
    assert trouble is not None
    assert trouble.code == code
    assert trouble.status == (507 if isinstance(error, OSError) else 503)


@pytest.mark.parametrize(
    "error",
    [sqlite_error(sqlite3.SQLITE_ERROR), OSError(2, "No such file"), ValueError()],
)
def test_a_mistake_of_ours_is_no_passing_trouble(error: Exception) -> None:
    assert trouble_of(error) is None


def broken(*args: object, **kwargs: object) -> object:
    raise sqlite_error(sqlite3.SQLITE_BUSY)


@pytest.fixture
def client(alice: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Alice's browser, since when nobody's session can be read."""
    client = client_of(alice)
    client.raise_request_exception = False
    monkeypatch.setattr(SessionStore, "_get_session_from_db", broken)
    return client


def test_a_page_says_so_in_the_readers_language(client: Client) -> None:
    for language, sentence in (("en", "The portal is busy"), ("zh-hans", "系统正忙")):
        answer = client.get("/d/sales/", headers={"accept-language": language})
        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
        assert sentence in answer.content.decode()
        assert f'lang="{language}"' in answer.content.decode()


def test_a_fragment_carries_the_sentence_that_the_page_shows(client: Client) -> None:
    answer = client.get("/d/sales/", headers={"hx-request": "true"})
    assert answer.status_code == 503
    assert unquote(answer["X-Message"]).startswith("系统正忙")


def test_the_api_answers_with_a_problem_document(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(make_recording(membership(alice).department, alice))
    token = create_token(membership=membership(alice), origin=SYSTEM, name="t").secret
    monkeypatch.setattr("transcription.api.jobs.access_job", broken)
    answer = Client().get(
        f"/api/jobs/{job.uuid}", headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "11"
    assert answer.json()["code"] == "database_busy"


def test_the_log_has_a_sentence_and_no_traceback(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.filtering(OneSentence()):
        client.get("/d/sales/")
    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert record.getMessage() == "Service Unavailable: /d/sales/ (database is locked)"
    assert record.exc_info is None


ASK = """
import django; django.setup()
from django.conf import settings
plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STORAGES["staticfiles"]["BACKEND"] = plain
from django.test import Client
client = Client(raise_request_exception=False)
known = Client(raise_request_exception=False)
known.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
login = "/accounts/login/"
job = "6f1c0d1e-0000-4000-8000-000000000000"
for answer in (
    client.get("/healthz"),
    client.post(login, {"username": "a", "password": "b"}),
    client.get("/api/jobs/" + job, headers={"authorization": "Bearer swk_x"}),
    known.get("/d/sales/"),
):
    print("ANSWER", answer.status_code, answer["Retry-After"])
print("LOGIN", client.get(login).status_code)
"""


def test_a_postgresql_that_refuses_connections_is_503_everywhere() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
            "SHENGWEN_ALLOWED_HOSTS": "testserver",
            "SHENGWEN_DEBUG": "0",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    said = [line for line in done.stdout.splitlines() if line.startswith("ANSWER")]
    assert len(said) == 4, done.stderr
    assert all(line.split()[1] == "503" for line in said), said
    assert "Traceback" not in done.stderr
    assert "connection refused" in done.stderr.lower()
