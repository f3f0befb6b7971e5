"""System checks name the mistake; a sound installation has none."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from portal.checks import configuration

Check = Callable[[None], list[CheckMessage]]


def ids(check: Check) -> list[str | None]:
    return [message.id for message in check(None)]


def test_the_queues_as_they_are_pass() -> None:
    assert ids(configuration.check_queue_timings) == []
    assert ids(configuration.check_cluster_name) == []
    assert ids(configuration.check_lease) == []


def test_each_clusters_retry_is_looked_at(settings: Settings) -> None:
    cluster = {"name": "interactive", "timeout": 10, "retry": 40}
    settings.Q_CLUSTER = cluster | {"ALT_CLUSTERS": {"batch": {"timeout": 11}}}
    (message,) = configuration.check_queue_timings(None)
    assert "'batch'" in message.msg
    settings.Q_CLUSTER = cluster | {"retry": 39}
    assert ids(configuration.check_queue_timings) == ["shengwen.E001"]


def test_a_queue_that_nobody_fills_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("Q_CLUSTER_NAME", "bach")
    assert ids(configuration.check_cluster_name) == ["shengwen.E002"]
    monkeypatch.setenv("Q_CLUSTER_NAME", "batch")
    assert ids(configuration.check_cluster_name) == []


def test_a_short_lease_is_warned_about(settings: Settings) -> None:
    settings.JOB_LEASE_SECONDS = 5
    assert ids(configuration.check_lease) == ["shengwen.W001"]


@pytest.mark.parametrize("key", ["short", "a" * 60])
def test_a_weak_secret_is_an_error(settings: Settings, key: str) -> None:
    assert ids(configuration.check_secret_key) == []
    settings.SECRET_KEY = key
    assert ids(configuration.check_secret_key) == ["shengwen.E003"]


def test_a_missing_model_comes_with_the_command_to_run(
    settings: Settings, tmp_path: Path
) -> None:
    settings.MODELS_DIR = tmp_path
    (message,) = configuration.check_embedded_model(None)
    assert "models install embedded" in (message.hint or "")


def test_sound_that_leaves_the_company_is_warned_about(settings: Settings) -> None:
    settings.ENGINE_URL = "http://8.8.8.8:8001"
    assert ids(configuration.check_engine_address) == []  # nothing is sent there
    settings.ENGINE = "vllm"
    assert ids(configuration.check_engine_address) == ["shengwen.W003"]
    settings.ENGINE_URL = "http://127.0.0.1:8001"
    assert ids(configuration.check_engine_address) == []


@pytest.mark.django_db
def test_this_database_is_good_enough() -> None:
    assert configuration.check_database(None, ["default"]) == []
    assert configuration.check_database(None, None) == []
