"""Every answer to a key says how often it may still call."""

import re

import pytest
from rest_framework.throttling import UserRateThrottle

from accounts.models.people import User
from tests.transcription.api.conftest import ApiOf
from tests.transcription.api.test_errors import problem_of

URLS = ("/api/v1/departments/", "/api/jobs/6f0c0000-0000-0000-0000-000000000000")


@pytest.fixture(autouse=True)
def three_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UserRateThrottle, "rate", "3/min", raising=False)


def remaining(header: str) -> int:
    found = re.fullmatch(r'"key";r=(\d+);t=(\d+)', header)
    assert found, header
    assert 1 <= int(found[2]) <= 60
    return int(found[1])


@pytest.mark.parametrize("url", URLS)
def test_it_counts_down_to_the_refusal(api_of: ApiOf, alice: User, url: str) -> None:
    api = api_of(alice)
    for left in (2, 1, 0):
        answer = api.get(url)
        assert answer.status_code != 429
        assert answer["RateLimit-Policy"] == '"key";q=3;w=60'
        assert remaining(answer["RateLimit"]) == left
    refused = api.get(url)
    problem_of(refused, 429, "throttled")
    assert remaining(refused["RateLimit"]) == 0
    assert 0 < int(refused["Retry-After"]) <= 61


def test_another_key_of_the_same_person_has_calls_of_its_own(
    api_of: ApiOf, alice: User
) -> None:
    busy, idle = api_of(alice), api_of(alice)
    for _time in range(4):
        answer = busy.get(URLS[0])
    assert answer.status_code == 429
    assert idle.get(URLS[0]).status_code == 200


@pytest.mark.django_db
def test_a_page_says_nothing_of_it(api_of: ApiOf, alice: User) -> None:
    assert "RateLimit" not in api_of(alice).get("/api/docs/")
