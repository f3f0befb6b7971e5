"""API tokens: made and revoked by the person they act for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from accounts.services.secret_text import hash_secret, new_token

TOKENS_PER_MEMBERSHIP = 20
LAST_USED_RESOLUTION = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    """The secret exists here and with its owner, nowhere else."""

    token: ApiToken
    secret: str


@transaction.atomic
def create_token(
    *,
    membership: Membership,
    origin: Origin,
    name: str,
    expires_at: datetime | None = None,
) -> NewToken:
    """A key that acts as this membership."""
    live = live_tokens(membership.user).filter(membership=membership)
    if live.count() >= TOKENS_PER_MEMBERSHIP:
        raise Refused(
            "too_many_tokens",
            _(
                "You have {count} API tokens in {department}. "
                "Revoke one before making another."
            ).format(count=TOKENS_PER_MEMBERSHIP, department=membership.department),
        )
    secret = new_token()
    token = ApiToken.objects.create(
        membership=membership,
        name=name,
        prefix=secret[:12],
        secret_hash=hash_secret(secret),
        expires_at=expires_at,
    )
    record(AuditAction.TOKEN, origin, token.audit_subject, created=True)
    return NewToken(token=token, secret=secret)


def live_tokens(user: User) -> QuerySet[ApiToken]:
    """Everything that still acts for the person somewhere."""
    return ApiToken.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
        membership__user=user,
        revoked_at=None,
    ).select_related("membership__department")


def end_tokens(*, user: User, uuids: list[str], origin: Origin) -> int:
    """Revoke those of the person's own that are named; how many still act."""
    left = 0
    for token in live_tokens(user):
        if str(token.uuid) in uuids:
            revoke_token(token=token, origin=origin)
        else:
            left += 1
    return left


@transaction.atomic
def revoke_token(*, token: ApiToken, origin: Origin) -> None:
    """Make the key useless; doing it twice is no error."""
    revoked = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if revoked:
        record(AuditAction.TOKEN, origin, token.audit_subject, revoked=True)


def find_token(secret: str) -> ApiToken | None:
    """The key's row with its person and department, whatever became of it."""
    return (
        ApiToken.objects.select_related("membership__user", "membership__department")
        .filter(secret_hash=hash_secret(secret))
        .first()
    )


def note_use(*, token: ApiToken) -> None:
    """Remember when the key was used, to the minute: a busy client must not turn
    every call into a write."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > LAST_USED_RESOLUTION:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
