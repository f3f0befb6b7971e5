"""The hotwords of one job: what is published, and what was given for it alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.models.departments import Department
from transcription.models.hotwords.lists import HotwordList, HotwordListVersion
from transcription.models.hotwords.overrides import CompanyListOff
from transcription.pipeline.hotwords.rules import sanitise
from transcription.services.hotwords.drafts import draft_lines, published_versions
from transcription.services.hotwords.overrides import without, words_off

MAX_WORDS_PER_JOB = 10_000


@dataclass(frozen=True, slots=True)
class JobHotwords:
    """``lines`` as ``词|变体``, the most specific first; ``versions`` says where they
    are from: ``{"list": uuid, "name": …, "number": …}``."""

    lines: list[str]
    versions: list[dict[str, object]]


def hotwords_for_job(
    *,
    department: Department,
    list_uuids: Sequence[UUID] | None,
    extra: Iterable[str] = (),
    drafted: HotwordList | None = None,
) -> JobHotwords:
    """The words given for the job alone, then the department's lists, then the
    company's as far as the department takes it. ``list_uuids=None`` means every usable
    list; otherwise only the named ones, if they are the department's to use. Of the
    ``drafted`` list the draft is taken, as if it had been published.
    """
    lists = usable_lists(department)
    if drafted is not None and drafted not in lists:
        lists = _in_order([*lists, drafted])
    if list_uuids is not None:
        lists = [item for item in lists if item.uuid in set(list_uuids)]
    published = published_versions(lists)
    off = words_off(department)
    lines = list(extra)
    used: list[dict[str, object]] = []
    for item in lists:
        if item == drafted:
            lines += draft_lines(item)
            continue
        version = published.get(item.pk)
        if version is None:
            continue
        is_companys = item.department_id is None
        lines += without(version.lines, off) if is_companys else version.lines
        used.append(
            {"list": str(item.uuid), "name": item.name, "number": version.number}
        )
    return JobHotwords(sanitise(lines)[:MAX_WORDS_PER_JOB], used)


def words_for_job(
    *,
    department: Department,
    list_uuids: Sequence[UUID] | None,
    extra: Iterable[str] = (),
) -> list[str]:
    """Only the lines of ``hotwords_for_job``."""
    return hotwords_for_job(
        department=department, list_uuids=list_uuids, extra=extra
    ).lines


def usable_lists(department: Department) -> list[HotwordList]:
    """The enabled and published lists that a job of the department may use, its own
    first, then the company's that it has not switched off."""
    found = HotwordList.objects.filter(
        Exists(HotwordListVersion.objects.filter(hotword_list=OuterRef("pk"))),
        ~Exists(
            CompanyListOff.objects.filter(
                department=department, hotword_list=OuterRef("pk")
            )
        ),
        Q(department=department) | Q(department=None),
        is_enabled=True,
    )
    return _in_order(found)


def _in_order(lists: Iterable[HotwordList]) -> list[HotwordList]:
    return sorted(lists, key=lambda item: (item.department_id is None, item.name))
