"""What a department takes of the company's lists: all of it, unless its admin says no
to a list or to single words."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.services.audit.writing import Origin, record
from transcription.models.hotwords.lists import HotwordList
from transcription.models.hotwords.overrides import CompanyListOff, CompanyWordOff
from transcription.pipeline.hotwords.rules import MAX_CHARACTERS, fold
from transcription.services.hotwords.drafts import published_words


@dataclass(frozen=True, slots=True)
class CompanyWord:
    """A published word of the company's, as a department sees it."""

    text: str
    spoken: tuple[str, ...]
    is_off: bool


def set_list_here(
    *,
    department: Department,
    hotword_list: HotwordList,
    origin: Origin,
    is_used: bool,
) -> None:
    """Whether the department's new jobs use this list of the company's."""
    with transaction.atomic():
        found = CompanyListOff.objects.filter(
            department=department, hotword_list=hotword_list
        )
        if is_used:
            changed = found.delete()[0] > 0
        else:
            changed = CompanyListOff.objects.get_or_create(
                department=department,
                hotword_list=hotword_list,
                defaults={"created_by": origin.user},
            )[1]
        if changed:
            record(
                AuditAction.HOTWORDS,
                origin,
                hotword_list.audit_subject.within(department.pk),
                used_here=is_used,
            )


def set_word_here(
    *,
    department: Department,
    hotword_list: HotwordList,
    origin: Origin,
    text: str,
    is_used: bool,
) -> bool:
    """Whether the department's new jobs use this word of the company's. False when the
    list has no such word to leave out."""
    folded = _folded(text)
    known = {_folded(word.text): word.text for word in published_words(hotword_list)}
    with transaction.atomic():
        found = CompanyWordOff.objects.filter(department=department, folded=folded)
        if is_used:
            changed = found.delete()[0] > 0
        elif folded in known:
            changed = CompanyWordOff.objects.get_or_create(
                department=department,
                folded=folded,
                defaults={"text": known[folded], "created_by": origin.user},
            )[1]
        else:
            return False
        if changed:
            detail: dict[str, object] = {"readmitted" if is_used else "left_out": text}
            record(
                AuditAction.HOTWORDS,
                origin,
                hotword_list.audit_subject.within(department.pk),
                **detail,
            )
    return True


def lists_off(department: Department) -> set[int]:
    """The ids of the company's lists that the department does without."""
    off = CompanyListOff.objects.filter(department=department)
    return set(off.values_list("hotword_list", flat=True))


def words_off(department: Department) -> set[str]:
    """The company's words that the department does without, folded."""
    off = CompanyWordOff.objects.filter(department=department)
    return set(off.values_list("folded", flat=True))


def without(lines: list[str], off: set[str]) -> list[str]:
    """The lines ``词|变体`` whose word is not among those left out."""
    if not off:
        return lines
    return [line for line in lines if _folded(line.partition("|")[0]) not in off]


def company_words(
    hotword_list: HotwordList, department: Department
) -> list[CompanyWord]:
    """What is published of a company list, as the department sees it."""
    off = words_off(department)
    return [
        CompanyWord(word.text, word.spoken, _folded(word.text) in off)
        for word in published_words(hotword_list)
    ]


def _folded(text: str) -> str:
    return fold(text)[:MAX_CHARACTERS]
