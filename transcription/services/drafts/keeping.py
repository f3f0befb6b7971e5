"""Drafts: kept while somebody types, found again, gone once the form is saved.

A draft is its writer's own: nobody else reads it, and no door leads to it but that of
the thing it is for. Contents are compared by ``accounts.services.versions``.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.people import User
from accounts.services.refusal import Refused
from transcription.models.drafts import Draft
from transcription.services.drafts.things import Thing

KEPT_FOR: Final = timedelta(days=30)
MAX_BYTES: Final = 2**20


def save_draft(
    *, user: User, thing: Thing, fields: Mapping[str, str], base_version: str
) -> None:
    """Keep what stands in the person's form, in the place of an earlier draft."""
    # PostgreSQL stores no NUL.
    kept = {name: text.replace("\0", "") for name, text in fields.items()}
    if len(json.dumps(kept, ensure_ascii=False).encode()) > MAX_BYTES:
        raise Refused(
            ("draft_too_large"),
            _("This is too long to be kept as a draft. Save it before you leave."),
        )
    Draft.objects.update_or_create(
        user=user,
        department=thing.department,
        kind=thing.kind,
        key=thing.key,
        defaults={
            "fields": kept,
            "base_version": base_version.replace("\0", "")[:64],
            "updated_at": timezone.now(),
        },
    )


def draft_for(*, user: User, thing: Thing, now: Mapping[str, str]) -> Draft | None:
    """The person's draft for the thing, if it says anything but what is stored
    ``now``."""
    draft = _drafts(user, thing).first()
    if draft is None:
        return None
    is_same = all(draft.fields.get(name, text) == text for name, text in now.items())
    return None if is_same else draft


def drop_draft(*, user: User | None, thing: Thing | None) -> None:
    """Forget the draft: it is saved, or its writer wants it no more."""
    if user is not None and thing is not None:
        _drafts(user, thing).delete()


def drop_drafts_below(uuid: UUID) -> None:
    """Forget everybody's drafts for a recording or list that goes for good, and for
    what belonged to it."""
    Draft.objects.filter(key__startswith=str(uuid)).delete()


def forget_old_drafts() -> int:
    """Remove the drafts that nobody has gone on with for ``KEPT_FOR``; how many."""
    old = Draft.objects.filter(updated_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]


def _drafts(user: User, thing: Thing) -> "QuerySet[Draft]":
    return Draft.objects.filter(
        user=user, department=thing.department, kind=thing.kind, key=thing.key
    )
