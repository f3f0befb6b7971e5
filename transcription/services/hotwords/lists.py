"""The words a department wants recognised: lists and the drafts that people edit.

``versions`` publishes a draft, ``for_jobs`` gives a job what is published. Who may
change a list is decided in ``transcription.access``; a list without a department is the
company's and belongs to platform admins.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.models.hotwords.lists import Hotword, HotwordList
from transcription.pipeline.hotwords.rules import (
    MAX_CHARACTERS,
    MAX_SPOKEN,
    HotwordProblem,
    HotwordRefused,
    HotwordSpec,
    fold,
    parse_spec,
)
from transcription.services.hotwords.drafts import (
    changes_between,
    draft_lines,
    note_draft_changed,
)

MAX_WORDS_PER_LIST = 5_000
MAX_LISTS = 100  # of one department
MAX_PROBLEMS = 200  # told one by one; the rest is counted

# "C#" is a word that cannot be, not a C with a comment.
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line that was not added, and why."""

    line_no: int
    text: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of pasted or uploaded lines. ``problems`` is cut at
    ``MAX_PROBLEMS``; ``problem_count`` is not."""

    added: int
    problems: list[LineProblem]
    problem_count: int = 0


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


def edit_list(*, hotword_list: HotwordList, origin: Origin, name: str) -> None:
    """Give the list another name, or ``Refused``."""
    former = hotword_list.name
    name = _checked_name(hotword_list.department, name, hotword_list)
    if name == former:
        return
    with _unique_name(), transaction.atomic():
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
    """Add one word a line to the draft, ``词 | 变体`` with its spoken variants; ``#``
    begins a comment. Good lines are kept, the others reported."""
    with transaction.atomic():
        locked_list(hotword_list)
        present = set(hotword_list.hotwords.values_list("folded", flat=True))
        words, problems = checked_lines(hotword_list, text, present)
        Hotword.objects.bulk_create(words, batch_size=500)
        if words:
            note_draft_changed(hotword_list)
            record(
                AuditAction.HOTWORDS,
                origin,
                hotword_list.audit_subject,
                added=len(words),
            )
    return AddReport(len(words), problems[:MAX_PROBLEMS], len(problems))


def replace_words(
    *, hotword_list: HotwordList, origin: Origin, text: str, version: str
) -> AddReport:
    """Make the draft what ``text`` says, one word a line; lines that cannot be are
    reported and left out. ``version`` is that of the list which the text was made from:
    ``Refused`` when somebody has changed the list since, or nothing would be left.
    """
    with transaction.atomic():
        current = locked_list(hotword_list)
        if version != version_of(current):
            raise Refused(
                "changed_meanwhile",
                _(
                    "Somebody changed the list while you were editing. Save again to "
                    "replace it with this text."
                ),
            )
        words, problems = checked_lines(hotword_list, text, set())
        if not words:
            raise Refused(
                "nothing_left",
                _("No word would be left. To get rid of the list, delete it."),
            )
        former = draft_lines(hotword_list)
        lines = [word.line for word in words]
        changes = changes_between(former, lines)
        if lines != former:
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
    return AddReport(len(changes.added), problems[:MAX_PROBLEMS], len(problems))


def edit_word(
    *, hotword: Hotword, origin: Origin, text: str, spoken: Iterable[str]
) -> bool:
    """Spell a word of the draft otherwise, or say how else people say it. False when
    nothing changed; ``Refused`` when it cannot be."""
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
        if edited.line == hotword.line:
            return False
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


def version_of(hotword_list: HotwordList) -> str:
    """Changes whenever the words do."""
    return hotword_list.updated_at.isoformat()


def checked_lines(
    hotword_list: HotwordList, text: str, present: set[str]
) -> tuple[list[Hotword], list[LineProblem]]:
    """The text's words that fit beside those ``present`` (which grows), unsaved."""
    words: list[Hotword] = []
    problems: list[LineProblem] = []
    for line_no, line in _lines(text):
        try:
            word = new_word(hotword_list, parse_spec(line))
            _check_room(word.folded, present)
        except HotwordRefused as refusal:
            message = problem_sentence(refusal.code)
            problems.append(LineProblem(line_no, line, refusal.code, message))
            continue
        except Refused as refusal:
            problems.append(LineProblem(line_no, line, refusal.code, refusal.sentence))
            continue
        present.add(word.folded)
        words.append(word)
    return words, problems


def new_word(hotword_list: HotwordList, spec: HotwordSpec) -> Hotword:
    """The hotword for a draft, unsaved."""
    return Hotword(
        hotword_list=hotword_list,
        text=spec.text,
        folded=fold(spec.text)[:MAX_CHARACTERS],
        spoken=list(spec.spoken),
    )


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


def as_text(hotword_list: HotwordList, lines: Iterable[str]) -> str:
    """The lines as a file that ``add_words`` reads back."""
    words = [spaced(line) for line in lines]
    return "\r\n".join([f"# {hotword_list.name}", *words]) + "\r\n"


def spaced(line: str) -> str:
    """A line as people write it: ``词 | 变体``."""
    return line.replace("|", " | ")


def problem_sentence(code: HotwordProblem) -> str:
    """What is wrong with a line, for people."""
    sentences = {
        HotwordProblem.EMPTY: _("There is no letter or digit in it."),
        HotwordProblem.TOO_LONG: _("Longer than %(count)d characters.")
        % {"count": MAX_CHARACTERS},
        HotwordProblem.FORBIDDEN_CHARACTER: _(
            "Only letters, digits, spaces and · - . & + ' are allowed."
        ),
        HotwordProblem.ADDRESS: _("A web address cannot be a hotword."),
        HotwordProblem.TOO_MANY_SPOKEN: _(
            "A word can have at most %(count)d spoken variants."
        )
        % {"count": MAX_SPOKEN},
    }
    return sentences[code]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for line_no, line in enumerate(text.splitlines(), 1):
        word = _COMMENT.sub("", line).strip(" \t\ufeff")
        if word:
            yield line_no, word


def _check_room(folded: str, present: set[str]) -> None:
    if folded in present:
        raise _already_there()
    if len(present) >= MAX_WORDS_PER_LIST:
        raise list_full()


def list_full() -> Refused:
    """There is no room for another word."""
    return Refused(
        "list_full",
        _("The list is full: it has %(count)d words.") % {"count": MAX_WORDS_PER_LIST},
    )


def _already_there() -> Refused:
    return Refused("duplicate", _("Already in the list."))


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
