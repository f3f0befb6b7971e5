"""Orders that a program has given a key of its own (``Idempotency-Key``): sent again
within a day, they are the same order, whatever has changed here meanwhile."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.members import Membership
from accounts.models.tokens import ApiToken
from accounts.services.refusal import Refused
from transcription.models.idempotency import IdempotencyKey
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import visible_to


@dataclass(frozen=True, slots=True)
class KeyedOrder:
    """The key, and what it was sent with, as digests."""

    token: ApiToken
    key_hash: str
    order_hash: str


def keyed_order(
    *, token: ApiToken, key: str, sha256: str, asked: Mapping[str, object]
) -> KeyedOrder:
    """``asked`` is what the caller said of the order, not what it means here today."""
    order = json.dumps([sha256, asked], sort_keys=True, ensure_ascii=True)
    return KeyedOrder(token, _digest(key), _digest(order))


def find_keyed_job(
    order: KeyedOrder, membership: Membership
) -> TranscriptionJob | None:
    """The job that this key got before, unless its recording is gone from where the
    membership could see it. Raises ``Refused`` for a key of another order."""
    department = membership.department
    known = (
        IdempotencyKey.objects.filter(
            visible_to(membership, "job__recording__"),
            token=order.token,
            key_hash=order.key_hash,
            created_at__gt=timezone.now() - IdempotencyKey.KEPT,
            job__department=department,
            job__recording__department=department,
            job__recording__deleted_at=None,
        )
        .select_related("job__recording", "job__department")
        .first()
    )
    if known is None:
        return None
    if known.order_hash != order.order_hash:
        raise Refused(
            "key_reused",
            _("This Idempotency-Key came before with another file or other options."),
        )
    return known.job


def keep_key(order: KeyedOrder, job: TranscriptionJob) -> None:
    """From now on, for a day, the key means this job."""
    IdempotencyKey.objects.update_or_create(
        token=order.token,
        key_hash=order.key_hash,
        defaults={
            "order_hash": order.order_hash,
            "job": job,
            "created_at": timezone.now(),
        },
    )


def forget_old_keys() -> int:
    """For the janitor; how many."""
    limit = timezone.now() - IdempotencyKey.KEPT
    return IdempotencyKey.objects.filter(created_at__lt=limit).delete()[0]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
