"""The tags of a department: what they are called, their colours, two made one."""

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.models.bulk import BulkChange, BulkKind
from transcription.models.recordings import Recording, Tag, TagColour
from transcription.services.media.cleaning import clean_line

_SEPARATORS = ",，、;；"
_TAGGED = Recording.tags.through


def tag_name(typed: str) -> str:
    """A name that a tag can have. Raises ``Refused``."""
    name = clean_line(typed, Tag.NAME_MAX + 1)
    if not name:
        raise Refused("tag_empty", _("Type the name of the tag."))
    if len(name) > Tag.NAME_MAX:
        said = _("A tag has at most %(count)d characters.") % {"count": Tag.NAME_MAX}
        raise Refused("tag_too_long", said)
    if any(sign in name for sign in _SEPARATORS):
        raise Refused("tag_separator", _("One tag at a time, without commas."))
    return name


def counted_tags(department: Department) -> QuerySet[Tag]:
    """Every tag with ``count``, its recordings outside the trash."""
    kept = Q(recordings__deleted_at=None, recordings__isnull=False)
    return department.tags.annotate(count=Count("recordings", filter=kept))


def rename_tag(*, tag: Tag, origin: Origin, name: str, seen: str = "") -> None:
    """Raises ``Refused``, also where another tag is called so: two are merged; and
    where the tag is no longer called what the person has ``seen``."""
    name, before = tag_name(name), tag.name
    if name == before:
        return
    if seen and seen != before:
        raise Refused(
            "changed_meanwhile",
            _("This tag is called “%(now)s” meanwhile. You typed “%(name)s”.")
            % {"now": before, "name": name},
        )
    try:
        with transaction.atomic():
            tag.name = name
            tag.save(update_fields=["name"])
            _audit(tag, origin, what="tag_rename", name=[before, name])
    except IntegrityError:
        raise Refused(
            "tag_exists",
            _("There is a tag “%(name)s” already. Merge the two.") % {"name": name},
        ) from None


def colour_tag(*, tag: Tag, origin: Origin, colour: str) -> None:
    """One of the palette; anything else is none."""
    colour = colour if colour in TagColour.values else ""
    with transaction.atomic():
        if Tag.objects.filter(pk=tag.pk).exclude(colour=colour).update(colour=colour):
            _audit(tag, origin, what="tag_colour")


def merge_tag(
    *, tag: Tag, into: Tag, membership: Membership, origin: Origin
) -> BulkChange:
    """Everything that has the tag, in the trash too, gets the other one; this one is
    gone. What is returned brings it back, and takes the other one from those that did
    not have it before."""
    with transaction.atomic():
        had = _recordings_with(tag)
        had_both = set(_recordings_with(into)) & set(had)
        given = [pk for pk in had if pk not in had_both]
        _TAGGED.objects.bulk_create(
            [_TAGGED(recording_id=pk, tag_id=into.pk) for pk in given],
            ignore_conflicts=True,
        )
        merged = {"into": into.pk, "given": given}
        change = _note_deletion(tag, membership, had, **merged)
        _audit(tag, origin, what="tag_merge", into=into.name, recordings=len(had))
        tag.delete()
    return change


def delete_tag(*, tag: Tag, membership: Membership, origin: Origin) -> BulkChange:
    """Gone from every recording; what is returned brings it back."""
    with transaction.atomic():
        had = _recordings_with(tag)
        change = _note_deletion(tag, membership, had)
        _audit(tag, origin, what="tag_delete", recordings=len(had))
        tag.delete()
    return change


def _recordings_with(tag: Tag) -> list[int]:
    return list(_TAGGED.objects.filter(tag=tag).values_list("recording", flat=True))


def _note_deletion(
    tag: Tag, membership: Membership, had: list[int], **detail: object
) -> BulkChange:
    return BulkChange.objects.create(
        department=membership.department,
        user=membership.user,
        kind=BulkKind.TAG_DELETE,
        detail={"tag": tag.pk, "name": tag.name, "colour": tag.colour, **detail},
        recordings=had,
    )


def _audit(tag: Tag, origin: Origin, **detail: object) -> None:
    about = Subject("tag", tag.pk, tag.name, tag.department_id)
    record(AuditAction.EDIT, origin, about, **detail)
