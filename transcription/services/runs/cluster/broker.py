"""The queue's Redis, before anybody takes work from it."""

import logging
import time

import redis
from django.conf import settings

from transcription.services.trouble import first_line

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 2.0


def wait_for_broker() -> None:
    """Return once it answers; at once where the database is the queue. django-q2 would
    die of an absent Redis with a traceback for every process, again and again."""
    if not settings.REDIS_URL:
        return
    said = ""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        while reason := _why_it_is_away(client):
            if not said:
                logger.warning("Redis does not answer (%s); waiting for it.", reason)
            said = reason
            time.sleep(LOOK_EVERY_SECONDS)
    if said:
        logger.warning("Redis answers again; the queue's workers start.")


def _why_it_is_away(client: redis.Redis) -> str:
    try:
        client.ping()
    except redis.RedisError as error:
        return first_line(error)
    return ""
