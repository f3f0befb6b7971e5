"""The words a department wants recognised: lists and the drafts that people edit.

``versions`` publishes a draft, ``for_jobs`` gives a job what is published. Who may
change a list is decided in ``transcription.access``; a list without a department is the
company's and belongs to platform admins.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.services.audit.reading import last_change
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from accounts.services.versions import LastChange, check_version, version_of
from transcription.models.hotwords.lists import Hotword, HotwordList
from transcription.pipeline.hotwords.rules import (
    MAX_CHARACTERS,
    HotwordRefused,
    fold,
    parse_spec,
)
from transcription.services.drafts.keeping import drop_draft, drop_drafts_below
from transcription.services.drafts.things import list_thing, word_thing
from transcription.services.hotwords.drafts import (
    Changes,
    changes_between,
    note_draft_changed,
)
from transcription.services.hotwords.lines import (
    DUPLICATE,
    FULL,
    Kind,
    LineProblem,
    Merged,
    Outcome,
    merge_words,
    new_word,
    problem_sentence,
)

MAX_LISTS = 100  # of one department
MAX_PROBLEMS = 200  # told one by one; the rest is counted

# What the audit trail says of changes of a draft's words.
_OF_WORDS = (
    *("added", "removed", "respelled", "accepted", "discarded", "brought_back"),
    "restores",
)


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of typed, pasted or uploaded words, or would. ``problems`` is cut at
    ``MAX_PROBLEMS``; ``problem_count`` is not."""

    added: int
    problems: list[LineProblem]
    problem_count: int = 0
    changed: int = 0  # words of the list that got more spoken variants
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def unchanged(self) -> list[Outcome]:
        """What the list had already."""
        return [one for one in self.outcomes if one.kind is Kind.UNCHANGED]

    @property
    def taken(self) -> list[Outcome]:
        """What is new in the list, words and variants."""
        return [one for one in self.outcomes if one.kind is not Kind.UNCHANGED]

    @property
    def is_plain(self) -> bool:
        """Every word is a new one: there is nothing to tell but their number."""
        return len(self.outcomes) == self.added and not self.problem_count


def create_list(
    *, department: Department | None, origin: Origin, name: str
) -> HotwordList:
    """A new enabled list, the company's without a department; or ``Refused``. Jobs
    use it when it has been published."""
    name = _checked_name(department, name, None)
    if HotwordList.objects.filter(department=department).count() >= MAX_LISTS:
        raise Refused(
            "too_many_lists",
            _("There can be at most %(count)d lists.") % {"count": MAX_LISTS},
        )
    with _unique_name(), transaction.atomic():
        made = HotwordList.objects.create(
            department=department, name=name, created_by=origin.user
        )
        record(AuditAction.HOTWORDS, origin, made.audit_subject, created=True)
    return made


def edit_list(
    *, hotword_list: HotwordList, origin: Origin, name: str, version: str = ""
) -> None:
    """Give the list another name, or ``Refused``, also when ``version`` is not that of
    the name it has."""
    name = _checked_name(hotword_list.department, name, hotword_list)
    with _unique_name(), transaction.atomic():
        former = locked_list(hotword_list).name
        if name == former:
            return
        find = partial(_last_change, hotword_list, ["name"])
        check_version(version, version_of(former), find)
        hotword_list.name = name
        hotword_list.save(update_fields=["name", "updated_at"])
        record(
            AuditAction.HOTWORDS,
            origin,
            hotword_list.audit_subject,
            name=[former, name],
        )


def delete_list(*, hotword_list: HotwordList, origin: Origin) -> None:
    """Remove the list and its words. Jobs keep the snapshot they were given."""
    with transaction.atomic():
        count = hotword_list.hotwords.count()
        record(
            AuditAction.HOTWORDS,
            origin,
            hotword_list.audit_subject,
            deleted=True,
            words=count,
        )
        drop_drafts_below(hotword_list.uuid)
        hotword_list.delete()


def set_enabled(*, hotword_list: HotwordList, origin: Origin, is_enabled: bool) -> None:
    """Whether new jobs use the list."""
    with transaction.atomic():
        changed = (
            HotwordList.objects.filter(pk=hotword_list.pk)
            .exclude(is_enabled=is_enabled)
            .update(is_enabled=is_enabled)
        )
        hotword_list.is_enabled = is_enabled
        if changed:
            record(
                AuditAction.HOTWORDS,
                origin,
                hotword_list.audit_subject,
                is_active=[not is_enabled, is_enabled],
            )


def add_words(*, hotword_list: HotwordList, origin: Origin, text: str) -> AddReport:
    """Put the text's words into the draft. A word that the list has in any spelling
    gets the spoken variants that are new; lines that cannot be are reported."""
    with transaction.atomic():
        merged = merge_words(locked_list(hotword_list), text, _words_of(hotword_list))
        Hotword.objects.bulk_create(merged.added, batch_size=500)
        changed = list(merged.changed.values())
        Hotword.objects.bulk_update(changed, ["spoken"], batch_size=200)
        if merged.added or changed:
            note_draft_changed(hotword_list)
            counts = {"added": len(merged.added), "respelled": len(changed)}
            detail = {name: count for name, count in counts.items() if count}
            record(AuditAction.HOTWORDS, origin, hotword_list.audit_subject, **detail)
    return _report(merged)


def preview_words(*, hotword_list: HotwordList, text: str) -> AddReport:
    """What ``add_words`` would do."""
    return _report(merge_words(hotword_list, text, _words_of(hotword_list)))


def _words_of(hotword_list: HotwordList) -> list[Hotword]:
    return list(hotword_list.hotwords.all())


def _report(merged: Merged) -> AddReport:
    return AddReport(
        len(merged.added),
        merged.problems[:MAX_PROBLEMS],
        len(merged.problems),
        len(merged.changed),
        merged.outcomes,
    )


def replace_words(
    *, hotword_list: HotwordList, origin: Origin, text: str, version: str
) -> AddReport:
    """Make the draft what ``text`` says; lines that cannot be are reported and left
    out. ``version`` is that of the list which the text was made from: ``Refused`` when
    somebody has changed the list since, or nothing would be left.
    """
    with transaction.atomic():
        present = _words_of(locked_list(hotword_list))
        former = [word.line for word in present]
        known = {word.folded for word in present}
        merged = merge_words(hotword_list, text, (), known)
        if not merged.added:
            raise Refused(
                "nothing_left",
                _("This would empty the list. If it is no longer needed, delete it."),
            )
        lines = [word.line for word in merged.added]
        changes = changes_between(former, lines)
        if lines != former:
            find = partial(_last_change, hotword_list, _OF_WORDS)
            check_version(version, version_of(former), find)
            _write_instead(hotword_list, merged.added, changes, origin)
        drop_draft(user=origin.user, thing=list_thing(hotword_list))
    problems = merged.problems
    outcomes = [one for one in merged.outcomes if one.kind is not Kind.ADDED]
    return AddReport(
        len(changes.added), problems[:MAX_PROBLEMS], len(problems), outcomes=outcomes
    )


def _write_instead(
    hotword_list: HotwordList, words: list[Hotword], changes: Changes, origin: Origin
) -> None:
    hotword_list.hotwords.all().delete()
    Hotword.objects.bulk_create(words, batch_size=500)
    note_draft_changed(hotword_list)
    detail: dict[str, object] = {
        "added": len(changes.added),
        "removed": len(changes.removed),
    }
    if changes.respelled:
        detail["respelled"] = len(changes.respelled)
    record(AuditAction.HOTWORDS, origin, hotword_list.audit_subject, **detail)


def edit_word(
    *,
    hotword: Hotword,
    origin: Origin,
    text: str,
    spoken: Iterable[str],
    version: str = "",
) -> bool:
    """Spell a word of the draft otherwise, or say how else people say it. False when
    nothing changed; ``Refused`` when it cannot be, or ``version`` is not its own."""
    try:
        spec = parse_spec("|".join((text, *spoken)))
    except HotwordRefused as refusal:
        raise Refused(refusal.code, problem_sentence(refusal.code)) from None
    with transaction.atomic():
        hotword_list = locked_list(hotword.hotword_list)
        edited = new_word(hotword_list, spec)
        same = hotword_list.hotwords.filter(folded=edited.folded)
        if same.exclude(pk=hotword.pk).exists():
            raise _already_there()
        drop_draft(user=origin.user, thing=word_thing(hotword))
        hotword = _word_now(hotword)
        if edited.line == hotword.line:
            return False
        find = partial(_last_change, hotword_list, ["respelled"])
        check_version(version, version_of(hotword.line), find)
        former = hotword.text
        hotword.text, hotword.folded = edited.text, edited.folded
        hotword.spoken = edited.spoken
        hotword.save(update_fields=["text", "folded", "spoken"])
        note_draft_changed(hotword_list)
        record(
            AuditAction.HOTWORDS,
            origin,
            hotword_list.audit_subject,
            respelled=[former, str(spec)],
        )
    return True


def _last_change(hotword_list: HotwordList, keys: Iterable[str]) -> LastChange | None:
    return last_change(hotword_list.audit_subject, AuditAction.HOTWORDS, keys)


def is_listed(department: Department, text: str) -> bool:
    """Whether a list that the department sees has the word, published or not."""
    return Hotword.objects.filter(
        Q(hotword_list__department=department) | Q(hotword_list__department=None),
        folded=fold(text)[:MAX_CHARACTERS],
    ).exists()


def remove_word(*, hotword: Hotword, origin: Origin) -> None:
    """Take one word out of its list's draft."""
    with transaction.atomic():
        hotword_list = locked_list(hotword.hotword_list)
        record(
            AuditAction.HOTWORDS,
            origin,
            hotword_list.audit_subject,
            removed=hotword.text,
        )
        hotword.delete()
        note_draft_changed(hotword_list)


def locked_list(hotword_list: HotwordList) -> HotwordList:
    """The list as it is now. Two people changing it at once: the second waits, and sees
    what the first one did."""
    locked = HotwordList.objects.select_for_update(of=("self",))
    return locked.select_related("department").get(pk=hotword_list.pk)


def _word_now(hotword: Hotword) -> Hotword:
    found = Hotword.objects.filter(pk=hotword.pk).first()
    if found is None:
        raise Refused("word_removed", _("Somebody has just removed the word."))
    return found


def as_text(hotword_list: HotwordList, lines: Iterable[str]) -> str:
    """The lines as a file that ``add_words`` reads back."""
    words = [spaced(line) for line in lines]
    return "\r\n".join([f"# {hotword_list.name}", *words]) + "\r\n"


def spaced(line: str) -> str:
    """A line as people write it: ``词 | 变体``."""
    return line.replace("|", " | ")


def list_full() -> Refused:
    """There is no room for another word."""
    return Refused(FULL, problem_sentence(FULL))


def _already_there() -> Refused:
    return Refused(DUPLICATE, problem_sentence(DUPLICATE))


def _checked_name(
    department: Department | None, name: str, own: HotwordList | None
) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("name_empty", _("Give the list a name."))
    same = HotwordList.objects.filter(department=department, name=name)
    if own:
        same = same.exclude(pk=own.pk)
    if same.exists():
        raise _name_taken()
    return name[:80]


def _name_taken() -> Refused:
    return Refused("name_taken", _("There is a list of this name already."))


@contextmanager
def _unique_name() -> Iterator[None]:
    """Somebody may take the name between looking and writing."""
    try:
        yield
    except IntegrityError:
        raise _name_taken() from None
