"""System checks of what hosts must have in common: key, clock, media, queue.

They ask the servers, so they run where a database is named: ``serve``,
``check --database default``.
"""

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import redis
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

from transcription.models.installation import Installation
from transcription.services import installation

Apps = Sequence[AppConfig] | None
Databases = Sequence[str] | None
ANSWER_SECONDS = 3
ADOPT = "Only if it was changed on purpose, on all hosts: manage.py installation adopt"


@register(Tags.database)
def check_shared_key(
    app_configs: Apps, databases: Databases = None, **kwargs: Any
) -> list[CheckMessage]:
    """Queue entries are signed: a host with another key throws them away."""
    known = _known(databases)
    if known is None or known.key_fingerprint == installation.key_fingerprint():
        return []
    source = (
        "SHENGWEN_SECRET_KEY is"
        if settings.HAS_SHARED_KEY
        else "SHENGWEN_SECRET_KEY is not set, and the key that this host made for "
        f"itself in {settings.DATA_DIR} is"
    )
    return [
        Error(
            f"{source} not the key of this installation, which {known.host} began: "
            "nothing that another host queues would be transcribed here.",
            hint=f"Give every host the same SHENGWEN_SECRET_KEY. {ADOPT}",
            id="shengwen.E010",
        )
    ]


@register(Tags.database)
def check_shared_media(
    app_configs: Apps, databases: Databases = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every host must see the same recordings."""
    known = _known(databases)
    if known is None:
        return []
    found = installation.marker()
    if found == known.uuid:
        return []
    what = "has no readable marker" if found is None else "has the marker of another"
    return [
        Error(
            f"{settings.MEDIA_ROOT} {what} installation: it is not the media folder "
            f"that {known.host} began, or this user cannot read it.",
            hint=f"Mount the shared folder there; {installation.marker_path()} must "
            f"hold {known.uuid}. {ADOPT}",
            id="shengwen.E011",
        )
    ]


@register(Tags.database)
def check_clock(
    app_configs: Apps, databases: Databases = None, **kwargs: Any
) -> list[CheckMessage]:
    """A lease is a time of day: who is ahead takes the others' jobs for abandoned."""
    if "default" not in (databases or ()) or connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        theirs = float(cursor.fetchone()[0])
    ahead = (before + time.time()) / 2 - theirs
    if abs(ahead) <= settings.JOB_LEASE_SECONDS / 2:
        return []
    return [
        Error(
            f"This host's clock is {abs(ahead):.0f} seconds "
            f"{'ahead of' if ahead > 0 else 'behind'} the database server's, more than "
            f"half a lease ({settings.JOB_LEASE_SECONDS} s): hosts would take each "
            "other's jobs away.",
            hint="Set the clock and keep it set (chrony, systemd-timesyncd).",
            id="shengwen.E012",
        )
    ]


@register(Tags.database)
def check_redis(
    app_configs: Apps, databases: Databases = None, **kwargs: Any
) -> list[CheckMessage]:
    """A warning: uploads are kept without it, and are queued once it is back."""
    if "default" not in (databases or ()) or not settings.REDIS_URL:
        return []
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=ANSWER_SECONDS,
            socket_timeout=ANSWER_SECONDS,
        ) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        return [
            Warning(
                f"Redis at {_without_password(settings.REDIS_URL)} does not answer "
                f"({error}): uploads are kept, and nothing is transcribed until it "
                "does.",
                hint="Start it, or correct REDIS_URL.",
                id="shengwen.W005",
            )
        ]
    return []


def _known(databases: Databases) -> Installation | None:
    """The installation, where there may be several hosts and one has begun it."""
    if "default" not in (databases or ()) or installation.is_alone():
        return None
    if Installation._meta.db_table not in connection.introspection.table_names():
        return None  # before the first migration
    return Installation.objects.first()


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
