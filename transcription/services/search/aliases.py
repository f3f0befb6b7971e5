"""What else a department says for its words: the spoken variants of its hotwords."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from django.db.models import Max, QuerySet

from accounts.models.departments import Department
from transcription.models.compiled import Row, compiled
from transcription.models.hotwords.lists import HotwordList, HotwordListVersion
from transcription.models.hotwords.overrides import CompanyWordOff
from transcription.pipeline.hotwords.rules import HotwordSpec, fold, parse_spec
from transcription.search.folding import Phrase, phrases_of

Way = tuple[Phrase, ...]
_VERSIONS_KEPT: Final = 256


class Aliases:
    """Of the words that are published for the department, its own and the company's,
    read once somebody asks. One query; another where a company's word has variants,
    and one for each version that this process has not read."""

    def __init__(self, department: Department) -> None:
        self._department = department
        self._off: set[str] | None = None
        self._versions: list[_Version] | None = None

    def of(self, phrases: Way) -> tuple[Way, ...]:
        """How else the whole word is written; none if it is no hotword."""
        if self._versions is None:
            self._versions = list(_published(self._department))
        found: dict[Way, None] = {}
        for version in self._versions:
            spec = version.with_variants.get(phrases)
            if spec and not (version.is_companys and self._is_off(spec)):
                found.update(dict.fromkeys(map(phrases_of, spec.spoken)))
        return tuple(way for way in found if way and way != phrases)

    def _is_off(self, spec: HotwordSpec) -> bool:
        if self._off is None:
            off = CompanyWordOff.objects.filter(department=self._department)
            self._off = set(off.values_list("folded", flat=True))
        return fold(spec.text) in self._off


class _Version:
    """The words of a published version that have variants."""

    def __init__(self, pk: int, published_at: object, *, is_companys: bool) -> None:
        self.is_companys = is_companys
        self.with_variants = _with_variants(pk, published_at)


def _published(department: Department) -> Iterator[_Version]:
    for pk, published_at, owner in _newest_versions(department):
        yield _Version(pk, published_at, is_companys=owner is None)


@compiled
def _newest_versions(department: Department) -> QuerySet[HotwordListVersion, Row]:
    """Of each list that the department may use."""
    last = (
        HotwordListVersion.objects.filter(
            hotword_list__in=HotwordList.objects.usable_by(department)
        )
        .order_by()
        .values("hotword_list")
        .annotate(last=Max("pk"))
        .values("last")
    )
    return (
        HotwordListVersion.objects.filter(pk__in=last)
        .order_by("pk")
        .values_list("pk", "published_at", "hotword_list__department")
    )


@lru_cache(maxsize=_VERSIONS_KEPT)
def _with_variants(pk: int, _published_at: object) -> dict[Way, HotwordSpec]:
    """A version never changes, so it is read once."""
    lines = HotwordListVersion.objects.values_list("lines", flat=True).get(pk=pk)
    specs = (parse_spec(line) for line in lines if "|" in line)
    return {phrases_of(spec.text): spec for spec in specs if spec.spoken}
