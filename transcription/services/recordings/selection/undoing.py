"""What one person did with many recordings, undone: exactly those are put back that it
changed, as far as they are still so."""

import logging
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.members import Membership
from accounts.services.audit.writing import Origin
from accounts.services.refusal import Refused
from transcription.access.recordings import editable_by
from transcription.models.bulk import BulkChange, BulkKind
from transcription.models.recordings import Recording, Tag
from transcription.services.recordings.selection.changing import (
    add_tag,
    put_private,
    take_tag,
)
from transcription.services.recordings.selection.choosing import PutBack, in_batches
from transcription.services.recordings.selection.moving import move_back
from transcription.services.recordings.selection.trashing import restore_recordings

logger = logging.getLogger(__name__)

KEPT_DAYS: Final = 30


def change_of(membership: Membership, uuid: UUID) -> BulkChange:
    """One's own, not undone yet. Raises ``Refused``."""
    found = BulkChange.objects.filter(
        uuid=uuid,
        department=membership.department,
        user=membership.user_id,
        undone_at=None,
    ).first()
    if found is None:
        raise Refused(
            "undo_gone", _("This was undone already, or is too long ago to be undone.")
        )
    return found


def undo_change(
    *, membership: Membership, origin: Origin, change: BulkChange
) -> PutBack:
    """Put back what is still as it was changed; once more goes on with what is left.
    Raises ``Refused``."""
    back = _undo(membership, origin, change)
    if not back.left:
        BulkChange.objects.filter(pk=change.pk, undone_at=None).update(
            undone_at=timezone.now()
        )
    return back


def _undo(membership: Membership, origin: Origin, change: BulkChange) -> PutBack:
    if change.kind == BulkKind.MOVE:
        return move_back(membership=membership, origin=origin, change=change)
    changed = Recording.objects.visible_to(membership).filter(pk__in=change.recordings)
    if change.kind == BulkKind.DELETE:
        same = changed.filter(deleted_at=change.created_at, deleted_by=change.user_id)
        return restore_recordings(membership=membership, origin=origin, recordings=same)
    mine = changed.kept().filter(editable_by(membership))
    ids = list(mine.order_by("pk").values_list("pk", flat=True))
    match change.kind:
        case BulkKind.PRIVATE | BulkKind.OPEN:
            is_private = change.kind == BulkKind.OPEN
            return PutBack(*in_batches(ids, partial(put_private, is_private, origin)))
        case BulkKind.TAG:
            return PutBack(*_untag(change, origin, ids))
        case _:
            again = partial(add_tag, _tag_again(change), origin)
            back = PutBack(*in_batches(ids, again))
            if not back.left:
                _take_merged(change, origin, ids)
            return back


def _untag(change: BulkChange, origin: Origin, ids: list[int]) -> tuple[int, int]:
    tag = change.department.tags.filter(pk=change.detail["tag"]).first()
    if tag is None:
        return 0, 0
    done, left = in_batches(ids, partial(take_tag, tag, origin))
    if change.detail["is_new"] and not tag.recordings.exists():
        tag.delete()
    return done, left


def _take_merged(change: BulkChange, origin: Origin, ids: list[int]) -> None:
    """What a merge gave them instead of their tag."""
    into = change.department.tags.filter(pk=change.detail.get("into", 0)).first()
    if into is not None:
        given = sorted({*ids} & {*change.detail["given"]})
        in_batches(given, partial(take_tag, into, origin))


def _tag_again(change: BulkChange) -> Tag:
    """The tag that was taken, also when it is called otherwise now; a new one of the
    name when it is gone."""
    tags = change.department.tags
    found = tags.filter(pk=change.detail["tag"]).first()
    if found is None:
        colour = change.detail.get("colour", "")
        found, _is_new = tags.get_or_create(
            name=change.detail["name"], defaults={"colour": colour}
        )
    return found


def forget_old_changes() -> int:
    """Nobody undoes them any more; the number removed."""
    oldest = timezone.now() - timedelta(days=KEPT_DAYS)
    count, _per_model = BulkChange.objects.filter(created_at__lt=oldest).delete()
    if count:
        logger.info("%d old changes of many recordings forgotten.", count)
    return count
