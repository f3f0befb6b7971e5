"""The hotwords of one job: what is published, and what was given for it alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from accounts.models.departments import Department
from transcription.models.hotwords.lists import HotwordList
from transcription.pipeline.hotwords.rules import fold, sanitise
from transcription.services.hotwords.drafts import draft_lines, published_versions
from transcription.services.hotwords.overrides import without, words_off

MAX_WORDS_PER_JOB = 10_000


@dataclass(slots=True)
class WordCounts:
    """How many words a job uses, and why the lists have more: ``total`` is ``extra``
    (for the job alone), ``own`` (the department's) and ``companys`` together. A word
    counts where it comes first. The only place where words of several lists are
    counted: pages and snapshots show these numbers."""

    extra: int = 0
    own: int = 0
    companys: int = 0
    repeated: int = 0  # come in a list before
    left_out: int = 0  # of the company's, single words
    too_many: int = 0  # beyond what a job takes
    of_list: dict[int, int] = field(default_factory=dict)  # by the list's id

    @property
    def total(self) -> int:
        return self.extra + self.own + self.companys


@dataclass(frozen=True, slots=True)
class JobHotwords:
    """``lines`` as ``词|变体``, the most specific first; ``versions`` says where they
    are from: ``{"list": uuid, "name": …, "number": …, "words": how many}``."""

    lines: list[str]
    versions: list[dict[str, object]]
    counts: WordCounts


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
    gathered = _Gathered()
    gathered.counts.extra = gathered.take(extra)
    used: list[dict[str, object]] = []
    for item in lists:
        version = published.get(item.pk)
        if item == drafted:
            gathered.take_list(item, draft_lines(item), set())
        elif version is not None:
            is_companys = item.department_id is None
            words = gathered.take_list(
                item, version.lines, off if is_companys else set()
            )
            names = {"list": str(item.uuid), "name": item.name}
            used.append({**names, "number": version.number, "words": words})
    return JobHotwords(list(gathered.kept.values()), used, gathered.counts)


@dataclass(slots=True)
class _Gathered:
    """The words of a job so far, by what they fold to."""

    kept: dict[str, str] = field(default_factory=dict)
    counts: WordCounts = field(default_factory=WordCounts)

    def take(self, lines: Iterable[str]) -> int:
        """How many of the lines are new and fit."""
        before = len(self.kept)
        for line in sanitise(lines):
            folded = fold(line.partition("|")[0])
            if folded in self.kept:
                self.counts.repeated += 1
            elif len(self.kept) >= MAX_WORDS_PER_JOB:
                self.counts.too_many += 1
            else:
                self.kept[folded] = line
        return len(self.kept) - before

    def take_list(
        self, hotword_list: HotwordList, lines: list[str], off: set[str]
    ) -> int:
        allowed = without(lines, off)
        self.counts.left_out += len(lines) - len(allowed)
        words = self.counts.of_list[hotword_list.pk] = self.take(allowed)
        if hotword_list.department_id is None:
            self.counts.companys += words
        else:
            self.counts.own += words
        return words


def counts_for_jobs(department: Department) -> WordCounts:
    """Of the words that the department's new jobs use."""
    return hotwords_for_job(department=department, list_uuids=None).counts


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
    return _in_order(HotwordList.objects.usable_by(department))


def _in_order(lists: Iterable[HotwordList]) -> list[HotwordList]:
    return sorted(lists, key=lambda item: (item.department_id is None, item.name))
