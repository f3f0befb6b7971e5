"""Tags, and who may open it, of many recordings at once."""

from collections.abc import Iterable
from functools import partial

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record_each
from accounts.services.refusal import Refused
from transcription.models.bulk import BulkKind
from transcription.models.recordings import Recording, Tag
from transcription.services.recordings.details import TAGS_MAX
from transcription.services.recordings.selection.choosing import (
    Outcome,
    Selection,
    change_each,
    locked,
)
from transcription.services.recordings.tags import tag_name
from transcription.services.search.filters import tags_for

_TAGGED = Recording.tags.through


def tag_recordings(
    *, membership: Membership, origin: Origin, selection: Selection, name: str
) -> Outcome:
    """Give them the tag, a new one if need be. Raises ``Refused``. A recording that has
    as many as one can have stays as it is."""
    name = tag_name(name)
    tag, is_new = Tag.objects.get_or_create(department=membership.department, name=name)
    chosen = selection.recordings(membership)
    has_it = Exists(_TAGGED.objects.filter(tag=tag, recording=OuterRef("pk")))
    outcome = change_each(
        membership=membership,
        chosen=chosen,
        kind=BulkKind.TAG,
        detail={"tag": tag.pk, "name": name, "is_new": is_new},
        wanted=chosen.exclude(has_it),
        do=lambda _change: partial(add_tag, tag, origin),
    )
    if is_new and not outcome.changed:
        tag.delete()
    return outcome


def untag_recordings(
    *, membership: Membership, origin: Origin, selection: Selection, name: str
) -> Outcome:
    """Take the tag from them. Raises ``Refused``."""
    name = tag_name(name)
    tag = tags_for(membership).filter(name=name).first()
    if tag is None:
        raise Refused("tag_unknown", _("No recording has this tag."))
    chosen = selection.recordings(membership)
    has_it = Exists(_TAGGED.objects.filter(tag=tag, recording=OuterRef("pk")))
    return change_each(
        membership=membership,
        chosen=chosen,
        kind=BulkKind.UNTAG,
        detail={"tag": tag.pk, "name": name, "colour": tag.colour},
        wanted=chosen.filter(has_it),
        do=lambda _change: partial(take_tag, tag, origin),
    )


def set_private(
    *, membership: Membership, origin: Origin, selection: Selection, is_private: bool
) -> Outcome:
    """Private, or open to the department."""
    chosen = selection.recordings(membership)
    return change_each(
        membership=membership,
        chosen=chosen,
        kind=BulkKind.PRIVATE if is_private else BulkKind.OPEN,
        detail={},
        wanted=chosen.filter(is_private=not is_private),
        do=lambda _change: partial(put_private, is_private, origin),
    )


def add_tag(tag: Tag, origin: Origin, ids: list[int]) -> list[int]:
    """One batch; see ``change_each``."""
    recordings = [one for one in locked(ids) if one.deleted_at is None]
    rows = _TAGGED.objects.filter(recording__in=recordings)
    counts = dict(
        rows.order_by().values_list("recording_id").annotate(count=Count("pk"))
    )
    has_it = set(rows.filter(tag=tag).values_list("recording_id", flat=True))
    found = [
        one
        for one in recordings
        if one.pk not in has_it and counts.get(one.pk, 0) < TAGS_MAX
    ]
    _TAGGED.objects.bulk_create(
        _TAGGED(recording_id=one.pk, tag_id=tag.pk) for one in found
    )
    return _audited(found, origin, what="tag", tag=tag.name)


def take_tag(tag: Tag, origin: Origin, ids: list[int]) -> list[int]:
    """One batch; see ``change_each``."""
    rows = _TAGGED.objects.filter(tag=tag, recording__in=ids)
    has_it = set(rows.values_list("recording_id", flat=True))
    found = [one for one in locked(ids) if one.pk in has_it and one.deleted_at is None]
    _TAGGED.objects.filter(tag=tag, recording__in=found).delete()
    return _audited(found, origin, what="untag", tag=tag.name)


def put_private(is_private: bool, origin: Origin, ids: list[int]) -> list[int]:
    """One batch; see ``change_each``."""
    found = list(locked(ids).kept().filter(is_private=not is_private))
    Recording.objects.filter(pk__in=[one.pk for one in found]).update(
        is_private=is_private
    )
    return _audited(
        found, origin, what="details", is_private=[not is_private, is_private]
    )


def _audited(
    recordings: Iterable[Recording], origin: Origin, **detail: object
) -> list[int]:
    found = list(recordings)
    events = ((one.audit_subject, detail) for one in found)
    record_each(AuditAction.EDIT, origin, events)
    return [one.pk for one in found]
