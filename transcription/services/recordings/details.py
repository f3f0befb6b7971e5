"""What people know about a recording: its title, the call's details, its tags."""

from collections.abc import Iterable
from datetime import UTC
from functools import partial
from pathlib import PurePath

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.services.audit.reading import last_change
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from accounts.services.versions import check_version, version_of
from transcription.models.recordings import Direction, Recording, Tag
from transcription.services.drafts.keeping import drop_draft
from transcription.services.drafts.things import recording_thing
from transcription.services.jobs.options import CallDetails
from transcription.services.media.cleaning import clean_line
from transcription.services.recordings.agents import agent_label, set_agent
from transcription.services.search.index import index_recording

TAGS_MAX = 20
_FIELDS = (
    "title",
    "agent",
    "agent_member",
    "phone_number",
    "direction",
    "recorded_at",
    "is_private",
)


def details_version(recording: Recording) -> str:
    """Changes with what ``edit_recording`` can change."""
    return _version(recording, recording.tags.values_list("name", flat=True))


def _version(recording: Recording, tags: Iterable[str]) -> str:
    at = recording.recorded_at
    return version_of(
        recording.title,
        agent_label(recording),
        recording.phone_number,
        recording.direction,
        at and at.astimezone(UTC),
        recording.is_private,
        sorted(tags),
    )


def edit_recording(
    *, recording: Recording, origin: Origin, details: CallDetails, version: str = ""
) -> bool:
    """Change the title, the call details, the tags, and who may know of it. ``version``
    is that of the details which the person saw. False when nothing changed. Raises
    ``Refused``."""
    with transaction.atomic():
        recording = _locked(recording)
        current, before = details_version(recording), _audited(recording)
        drop_draft(user=origin.user, thing=recording_thing(recording))
        describe(recording, details)
        if _version(recording, _wanted(details.tags)) == current:
            return False
        subject = recording.audit_subject
        find = partial(last_change, subject, AuditAction.EDIT, ["what"], what="details")
        check_version(version, current, find)
        recording.save(update_fields=_FIELDS)
        set_tags(recording, details.tags)
        index_recording(recording)
        after = _audited(recording)
        changes = {
            name: [before[name], after[name]]
            for name in before
            if before[name] != after[name]
        }
        record(AuditAction.EDIT, origin, subject, what="details", **changes)
    return True


def _audited(recording: Recording) -> dict[str, object]:
    """What decides who may open and correct the recording."""
    return {"agent": recording.agent_name, "is_private": recording.is_private}


def _locked(recording: Recording) -> Recording:
    """The recording as it is now."""
    kept = Recording.objects.kept().select_for_update(of=("self",))
    found = kept.select_related("department").filter(pk=recording.pk).first()
    if found is None:
        raise in_trash()
    return found


def in_trash() -> Refused:
    """Somebody threw the recording away while it was being edited."""
    return Refused(
        "in_trash",
        _("The recording was moved to the trash meanwhile. Restore it there first."),
    )


def describe(recording: Recording, details: CallDetails) -> None:
    """Set the recording's fields, unsaved."""
    title = clean_line(details.title, 200)
    stem = PurePath(recording.original_name).stem
    recording.title = title or clean_line(stem, 200) or _("Recording")
    set_agent(recording, details.agent)
    if details.is_private is not None:
        recording.is_private = details.is_private
    recording.phone_number = clean_line(details.phone_number, 32)
    recording.direction = (
        details.direction if details.direction in Direction.values else ""
    )
    recording.recorded_at = details.recorded_at


def set_tags(recording: Recording, names: tuple[str, ...]) -> None:
    """Give the recording these tags, and no others."""
    kept = _wanted(names)
    department = recording.department
    Tag.objects.bulk_create(
        [Tag(department=department, name=name) for name in kept], ignore_conflicts=True
    )
    recording.tags.set(Tag.objects.filter(department=department, name__in=kept))


def _wanted(names: tuple[str, ...]) -> list[str]:
    """The tags that these names can be."""
    cleaned = filter(None, (clean_line(name, Tag.NAME_MAX) for name in names))
    return list(dict.fromkeys(cleaned))[:TAGS_MAX]
