"""System checks that name the mistake before it costs a night."""

import os
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from transcription.engine.recognisers import is_service
from transcription.services.recogniser.status import (
    has_engine,
    install_command,
    is_private_service,
)

Apps = Sequence[AppConfig] | None

RETRY_FACTOR = 4
SHORTEST_LEASE = 20
SECRET_LENGTH, SECRET_VARIETY = 40, 10
POSTGRESQL_OLDEST = 140_000


@register("queue")
def check_queue_timings(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A broker that redelivers while the first delivery still waits doubles the work:
    measured with one worker, a timeout of 8 s and a retry of 10 s."""
    found: list[CheckMessage] = []
    for name, cluster in _clusters().items():
        timeout, retry = cluster.get("timeout"), cluster.get("retry", 60)
        if not timeout or retry < RETRY_FACTOR * timeout:
            found.append(
                Error(
                    f"Queue {name!r}: retry is {retry} s, timeout {timeout} s.",
                    hint=f"Make retry at least {RETRY_FACTOR} times the timeout "
                    "in Q_CLUSTER (docs/operations.md).",
                    id="shengwen.E001",
                )
            )
    return found


@register("queue")
def check_cluster_name(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """django-q2 takes any name, and then waits on a queue that nobody fills."""
    name = os.environ.get("Q_CLUSTER_NAME")
    if not name or name in _clusters():
        return []
    return [
        Error(
            f"Q_CLUSTER_NAME is {name!r}, and there is no such queue.",
            hint=f"Use one of: {', '.join(_clusters())}.",
            id="shengwen.E002",
        )
    ]


@register("queue")
def check_lease(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A heartbeat may wait for a busy database; the lease has to outlast that."""
    if settings.JOB_LEASE_SECONDS >= SHORTEST_LEASE:
        return []
    return [
        Warning(
            f"SHENGWEN_JOB_LEASE_SECONDS is {settings.JOB_LEASE_SECONDS}.",
            hint=f"Below {SHORTEST_LEASE} a slow disk is taken for a dead worker, and "
            "its work is done again.",
            id="shengwen.W001",
        )
    ]


@register("models")
def check_embedded_model(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Without any model uploads are kept and wait for one."""
    if has_engine():
        return []
    return [
        Warning(
            f"No speech model that can be used is in {settings.MODELS_DIR}.",
            hint=f"Run: {install_command()}",
            id="shengwen.W002",
        )
    ]


@register(Tags.security)
def check_engine_address(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Recordings stay in the company: a service outside of it is worth a second look.
    The host's name is looked up, where a service is configured at all."""
    if not is_service(settings.ENGINE) or is_private_service(settings.ENGINE_URL):
        return []
    return [
        Warning(
            f"Sound is sent to {settings.ENGINE_URL}, which is not known to be an "
            "address inside the company.",
            hint="Point SHENGWEN_ENGINE_URL at a host with a private address.",
            id="shengwen.W003",
        )
    ]


@register(Tags.security)
def check_secret_key(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Queue entries are pickles signed with this key: who guesses it runs code."""
    key = settings.SECRET_KEY
    if len(key) >= SECRET_LENGTH and len(set(key)) >= SECRET_VARIETY:
        return []
    return [
        Error(
            "SHENGWEN_SECRET_KEY is too short or too simple.",
            hint="Leave it unset and one is made, or use: "
            'python -c "import secrets; print(secrets.token_urlsafe(50))"',
            id="shengwen.E003",
        )
    ]


@register(Tags.database)
def check_database(
    app_configs: Apps, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """PostgreSQL in UTF-8 and new enough. Asked only where a database is named
    (``migrate``, ``check --database default``)."""
    if "default" not in (databases or ()):
        return []
    connection = connections["default"]
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
    found: list[CheckMessage] = []
    if version < POSTGRESQL_OLDEST:
        found.append(Error("PostgreSQL 14 or newer is needed.", id="shengwen.E006"))
    if encoding != "UTF8":
        found.append(
            Error(
                f"The database's encoding is {encoding}; Chinese needs UTF8.",
                hint="createdb --encoding UTF8 --template template0 NAME",
                id="shengwen.E007",
            )
        )
    return found


def _clusters() -> dict[str, dict[str, Any]]:
    """Every queue with its settings, as django-q2 puts them together."""
    main = dict(settings.Q_CLUSTER)
    others: dict[str, dict[str, Any]] = main.pop("ALT_CLUSTERS", {})
    return {main["name"]: main} | {n: main | own for n, own in others.items()}
