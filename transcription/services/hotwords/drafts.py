"""A list's draft beside what jobs use of it: its last published version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max

from transcription.models.hotwords.lists import HotwordList, HotwordListVersion
from transcription.pipeline.hotwords.rules import HotwordSpec, fold, parse_spec

__all__ = [
    "Changes",
    "HotwordSpec",
    "Respelled",
    "changes_between",
    "draft_changes",
    "draft_lines",
    "note_draft_changed",
    "published_lines",
    "published_version",
    "published_versions",
    "published_words",
]


@dataclass(frozen=True, slots=True)
class Respelled:
    """The same hotword written otherwise, or with other spoken variants."""

    before: HotwordSpec
    after: HotwordSpec


@dataclass(frozen=True, slots=True)
class Changes:
    """What leads from one state of a list to another. The order does not count."""

    added: tuple[HotwordSpec, ...] = ()
    removed: tuple[HotwordSpec, ...] = ()
    respelled: tuple[Respelled, ...] = ()

    def __len__(self) -> int:
        return len(self.added) + len(self.removed) + len(self.respelled)


def changes_between(before: Iterable[str], after: Iterable[str]) -> Changes:
    """Both as lines, ``词|变体``."""
    before, after = dict.fromkeys(before), dict.fromkeys(after)
    # Of thousands of lines few differ, and only those need to be understood.
    old = _by_word(line for line in before if line not in after)
    new = _by_word(line for line in after if line not in before)
    return Changes(
        added=tuple(spec for key, spec in new.items() if key not in old),
        removed=tuple(spec for key, spec in old.items() if key not in new),
        respelled=tuple(
            Respelled(old[key], spec) for key, spec in new.items() if key in old
        ),
    )


def _by_word(lines: Iterable[str]) -> dict[str, HotwordSpec]:
    return {fold(spec.text): spec for spec in map(parse_spec, lines)}


def draft_lines(hotword_list: HotwordList) -> list[str]:
    """The words as people are editing them."""
    return [word.line for word in hotword_list.hotwords.all()]


def published_version(hotword_list: HotwordList) -> HotwordListVersion | None:
    """What jobs use; None as long as nobody has published the list."""
    return hotword_list.versions.first()


def published_lines(hotword_list: HotwordList) -> list[str]:
    """The words of the last version; none without one."""
    version = published_version(hotword_list)
    return list(version.lines) if version else []


def published_words(hotword_list: HotwordList) -> list[HotwordSpec]:
    """The words of the last version, ready to be shown."""
    return [parse_spec(line) for line in published_lines(hotword_list)]


def published_versions(lists: Sequence[HotwordList]) -> dict[int, HotwordListVersion]:
    """The last version of each list that has one, by the list's id."""
    last = (
        HotwordListVersion.objects.filter(hotword_list__in=lists)
        .order_by()
        .values("hotword_list")
        .annotate(last=Max("pk"))
        .values("last")
    )
    found = HotwordListVersion.objects.filter(pk__in=last)
    return {version.hotword_list_id: version for version in found}


def draft_changes(
    hotword_list: HotwordList, version: HotwordListVersion | None
) -> Changes:
    """What publishing would change; ``version`` is the last one."""
    return changes_between(version.lines if version else (), draft_lines(hotword_list))


def note_draft_changed(hotword_list: HotwordList) -> None:
    """To be called by whoever has written the draft, in the same transaction. What was
    discarded before cannot be brought back any more: it would undo this change."""
    hotword_list.change_count = len(
        draft_changes(hotword_list, published_version(hotword_list))
    )
    hotword_list.discarded = []
    hotword_list.save(update_fields=["updated_at", "change_count", "discarded"])
