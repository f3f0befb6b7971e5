"""Publishing a list's draft, throwing it away, and going back in the history.

A version is written once and never changed; going back publishes the old words anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.models.hotwords.lists import Hotword, HotwordList, HotwordListVersion
from transcription.pipeline.hotwords.rules import fold, parse_spec
from transcription.pipeline.text.letters import letter_word_lines
from transcription.services.hotwords.drafts import (
    changes_between,
    draft_changes,
    draft_lines,
    note_draft_changed,
    published_version,
)
from transcription.services.hotwords.lines import new_word
from transcription.services.hotwords.lists import (
    AddReport,
    add_words,
    create_list,
    locked_list,
)
from transcription.services.media.cleaning import clean_line

NOTE_MAX = 200


def publish_list(
    *, hotword_list: HotwordList, origin: Origin, note: str = ""
) -> HotwordListVersion:
    """Make the draft what new jobs use; ``Refused`` when nothing has changed."""
    with transaction.atomic():
        current = locked_list(hotword_list)
        version = _published(current, origin, note)
    hotword_list.change_count = 0
    return version


def add_and_publish(
    *, hotword_list: HotwordList, origin: Origin, text: str
) -> tuple[AddReport, HotwordListVersion | None]:
    """Add words and publish them; no version when none was added, or when the draft
    has other changes: what somebody else has in it is not published along."""
    with transaction.atomic():
        is_alone = locked_list(hotword_list).change_count == 0
        report = add_words(hotword_list=hotword_list, origin=origin, text=text)
        if not is_alone or not report.taken:
            return report, None
        return report, publish_list(hotword_list=hotword_list, origin=origin)


def add_letter_words(*, origin: Origin) -> HotwordList:
    """A list of the company with everyday words of letters (CPU, VIP), published;
    ``Refused`` when it is there already."""
    if has_letter_words():
        raise Refused("letter_words_exist", _("A list has these words already."))
    with transaction.atomic():
        made = create_list(
            department=None, origin=origin, name=_("Everyday letter words")
        )
        lines = "\n".join(letter_word_lines())
        add_and_publish(hotword_list=made, origin=origin, text=lines)
    return made


def has_letter_words() -> bool:
    """Whether a list of the company holds most of them, whatever its name is."""
    lines = letter_word_lines()
    folded = [fold(parse_spec(line).text) for line in lines]
    found = HotwordList.objects.filter(
        department=None, hotwords__folded__in=folded
    ).annotate(held=Count("hotwords"))
    return found.filter(held__gt=len(lines) // 2).exists()


def discard_draft(*, hotword_list: HotwordList, origin: Origin) -> int:
    """Make the draft what is published again; the number of changes undone. Raises
    ``Refused`` when there is nothing to go back to."""
    with transaction.atomic():
        current = locked_list(hotword_list)
        version = published_version(current)
        if version is None:
            raise Refused(
                "never_published",
                _("The list has never been published: there is nothing to go back to."),
            )
        count = len(draft_changes(current, version))
        if count:
            lines = draft_lines(current)
            _write_draft(current, version.lines)
            current.discarded = lines
            current.save(update_fields=["discarded"])
            record(AuditAction.HOTWORDS, origin, current.audit_subject, discarded=count)
    hotword_list.refresh_from_db()
    return count


def bring_back_draft(*, hotword_list: HotwordList, origin: Origin) -> int:
    """Undo ``discard_draft``; the number of changes that are back. Raises ``Refused``
    when somebody has changed the draft since, or brought it back already."""
    with transaction.atomic():
        current = locked_list(hotword_list)
        if not current.discarded:
            raise Refused(
                "nothing_to_bring_back",
                _("There are no discarded changes to bring back."),
            )
        _write_draft(current, current.discarded)
        count = current.change_count
        record(AuditAction.HOTWORDS, origin, current.audit_subject, brought_back=count)
    hotword_list.refresh_from_db()
    return count


@dataclass(frozen=True, slots=True)
class Steps:
    """The versions whose words undo and redo would publish."""

    undo: int | None = None
    redo: int | None = None


def steps_of(history: Iterable[tuple[int, int | None]]) -> Steps:
    """``history`` is every version's number with the one that it goes back to, the
    oldest first. Publishing something new forgets what could be redone."""
    past: list[int] = []
    future: list[int] = []
    at = 0
    for number, restores in history:
        if restores is not None and restores in future:
            at = _step(at, restores, future, past)
        elif restores is not None and restores in past:
            at = _step(at, restores, past, future)
        else:
            past.append(at)
            future.clear()
            at = number
    undo = past[-1] if past else 0
    return Steps(undo or None, future[-1] if future else None)


def _step(at: int, target: int, source: list[int], other: list[int]) -> int:
    while at != target:
        other.append(at)
        at = source.pop()
    return at


def roll_back(
    *, hotword_list: HotwordList, origin: Origin, version: HotwordListVersion
) -> HotwordListVersion:
    """Publish the words of an earlier version as a new one. Raises ``Refused``
    while there are unpublished changes, which it would overwrite."""
    with transaction.atomic():
        current = locked_list(hotword_list)
        if draft_changes(current, published_version(current)):
            raise Refused(
                "draft_changed",
                _("There are unpublished changes. Publish or discard them first."),
            )
        _write_draft(current, version.lines)
        made = _published(current, origin, "", restores=version.number)
    hotword_list.refresh_from_db()
    return made


def _published(
    hotword_list: HotwordList, origin: Origin, note: str, restores: int | None = None
) -> HotwordListVersion:
    """The draft of a locked list as its next version."""
    lines = draft_lines(hotword_list)
    former = published_version(hotword_list)
    changes = changes_between(former.lines if former else (), lines)
    if not changes:
        raise Refused(
            "nothing_to_publish", _("Nothing has changed since the last version.")
        )
    version = HotwordListVersion.objects.create(
        hotword_list=hotword_list,
        number=former.number + 1 if former else 1,
        lines=lines,
        word_count=len(lines),
        added=len(changes.added),
        removed=len(changes.removed),
        respelled=len(changes.respelled),
        restores=restores,
        note=clean_line(note, NOTE_MAX),
        published_by=origin.user,
    )
    HotwordList.objects.filter(pk=hotword_list.pk).update(change_count=0)
    counts = {
        "added": version.added,
        "removed": version.removed,
        "respelled": version.respelled,
    }
    detail: dict[str, object] = {"published": version.number}
    if restores:
        detail["restores"] = restores
    record(
        AuditAction.HOTWORDS,
        origin,
        hotword_list.audit_subject,
        **(detail | {k: n for k, n in counts.items() if n}),
    )
    return version


def _write_draft(hotword_list: HotwordList, lines: list[str]) -> None:
    hotword_list.hotwords.all().delete()
    words = [new_word(hotword_list, parse_spec(line)) for line in lines]
    Hotword.objects.bulk_create(words, batch_size=500)
    note_draft_changed(hotword_list)
