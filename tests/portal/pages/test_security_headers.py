"""What every answer tells the browser, and what only the operator decides."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models.people import User
from tests.stack import ROOT

ClientOf = Callable[[User], Client]


def policy(header: str) -> dict[str, str]:
    return dict(part.strip().split("=") for part in header.split(","))


def test_pages_may_hear_the_microphone_and_nothing_more(
    alice: User, client_of: ClientOf
) -> None:
    for url in ("/d/sales/upload/", "/d/support/", "/accounts/login/"):
        allowed = policy(client_of(alice).get(url)["Permissions-Policy"])
        ours = {name for name, who in allowed.items() if who == "(self)"}
        assert ours == {"microphone", "autoplay", "clipboard-write"}
        others = {who for name, who in allowed.items() if name not in ours}
        assert others == {"()"}
        assert {"camera", "geolocation", "usb", "payment"} <= allowed.keys()


def test_logging_out_clears_the_cache_alone(alice: User, client_of: ClientOf) -> None:
    """Storage keeps work that was not sent yet; cookies belong to others here too."""
    response = client_of(alice).post("/accounts/logout/")
    assert response["Clear-Site-Data"] == '"cache"'


def test_nothing_else_clears_it(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    for url in ("/d/sales/", "/accounts/login/", "/accounts/password/"):
        assert "Clear-Site-Data" not in client.get(url).headers


@pytest.mark.parametrize(
    ("environment", "sent"),
    [
        ({}, "None False False"),
        ({"SHENGWEN_HTTPS": "1"}, "31536000 False False"),
        ({"SHENGWEN_HTTPS": "1", "SHENGWEN_HSTS": "host"}, "31536000 False False"),
        ({"SHENGWEN_HTTPS": "1", "SHENGWEN_HSTS": "subdomains"}, "31536000 True False"),
        ({"SHENGWEN_HTTPS": "1", "SHENGWEN_HSTS": "preload"}, "31536000 True True"),
    ],
    ids=str,
)
def test_how_far_https_is_promised_is_the_operators_choice(
    environment: dict[str, str], sent: str
) -> None:
    code = (
        "from portal import settings as s;"
        "print(s.SECURE_HSTS_SECONDS or None, s.SECURE_HSTS_INCLUDE_SUBDOMAINS,"
        " s.SECURE_HSTS_PRELOAD)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == sent


def test_hsts_is_sent_over_https_only(db: None, settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert "Strict-Transport-Security" not in Client().get("/accounts/login/").headers
    header = Client().get("/accounts/login/", secure=True)["Strict-Transport-Security"]
    assert header == "max-age=31536000"
