"""Publishing a list's draft, throwing it away, and going back in the history.

A version is written once and never changed; going back publishes the old words anew.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.models.hotwords.lists import Hotword, HotwordList, HotwordListVersion
from transcription.pipeline.hotwords.rules import parse_spec
from transcription.pipeline.text.letters import letter_word_lines
from transcription.services.hotwords.drafts import (
    changes_between,
    draft_changes,
    draft_lines,
    note_draft_changed,
    published_version,
)
from transcription.services.hotwords.lists import (
    AddReport,
    add_words,
    create_list,
    locked_list,
    new_word,
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
        if not is_alone or not report.added:
            return report, None
        return report, publish_list(hotword_list=hotword_list, origin=origin)


def add_letter_words(*, origin: Origin) -> HotwordList:
    """A list of the company with everyday words of letters (CPU, VIP), published;
    ``Refused`` when it is there already."""
    with transaction.atomic():
        made = create_list(
            department=None, origin=origin, name=_("Everyday letter words")
        )
        lines = "\n".join(letter_word_lines())
        add_and_publish(hotword_list=made, origin=origin, text=lines)
    return made


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
            _write_draft(current, version.lines)
            record(AuditAction.HOTWORDS, origin, current.audit_subject, discarded=count)
    hotword_list.refresh_from_db()
    return count


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
