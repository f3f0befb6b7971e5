"""What the audit trail's codes say to people, in the reader's language.

Each app says what its own codes mean: ``settings.AUDIT_WORDS`` names one ``Words`` an
app.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_stubs_ext import StrOrPromise

from accounts import user_agents
from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department

Detail = Mapping[str, Any]
Texts = Mapping[str, StrOrPromise]


def no_phrases(detail: Detail) -> Iterator[str]:
    """Of an app whose details are all labels with values."""
    return iter(())


def no_pages(department: Department, events: Iterable[AuditEvent]) -> dict[int, str]:
    """Of an app whose objects have no page to lead to."""
    return {}


@dataclass(frozen=True, slots=True)
class Words:
    """The codes of one app.

    ``kinds`` has a word for each ``Subject.kind``, ``labels`` for the keys of details,
    ``values`` for what a key may hold; a key in ``counts`` is left out at zero.
    ``filters`` has a word for each key below ``filters``: what a search or an export
    was narrowed to.
    ``phrases`` makes of a detail what is more than a label and a value. ``pages`` has
    the addresses of the objects that are still there, by the event's ID; ``changes``
    those where one sees what was changed.
    """

    kinds: Texts = field(default_factory=dict)
    labels: Texts = field(default_factory=dict)
    values: Mapping[str, Texts] = field(default_factory=dict)
    counts: frozenset[str] = frozenset()
    filters: Texts = field(default_factory=dict)
    phrases: Callable[[Detail], Iterator[str]] = no_phrases
    pages: Callable[[Department, Iterable[AuditEvent]], dict[int, str]] = no_pages
    changes: Callable[[Department, Iterable[AuditEvent]], dict[int, str]] = no_pages


@cache
def _words_of(name: str) -> Words:
    words: Words = import_string(name)
    return words


def _all_words() -> list[Words]:
    return [_words_of(name) for name in settings.AUDIT_WORDS]


def object_kind(object_type: str) -> str:
    """The kind of thing that an event is about, in the reader's language."""
    for words in _all_words():
        if object_type in words.kinds:
            return str(words.kinds[object_type])
    return object_type


def source(user_agent: str) -> str:
    """What an event came from, briefly: a browser, or this program itself; empty when
    neither is recognised."""
    ours = {"system": _("The system"), "demo": _("Sample data")}
    return ours.get(user_agent) or user_agents.short_name(user_agent)


def pages(department: Department, events: Iterable[AuditEvent]) -> dict[int, str]:
    """Where the events lead to, by their IDs."""
    events = list(events)
    found: dict[int, str] = {}
    for words in _all_words():
        found |= words.pages(department, events)
    return found


def changes(department: Department, events: Iterable[AuditEvent]) -> dict[int, str]:
    """Where it is seen what the events changed, by their IDs."""
    events = list(events)
    found: dict[int, str] = {}
    for words in _all_words():
        found |= words.changes(department, events)
    return found


def describe(detail: Detail, *, has_filters: bool = True) -> str:
    """``role: member → admin; …``: an event's details in one line, with its filters or
    without.

    What is there for programs only, such as a job's ID, is left out.
    """
    phrases = [*_phrases(detail)]
    if has_filters:
        phrases += [labelled(*pair) for pair in filters(detail)]
    return pgettext("between phrases", "; ").join(phrases)


def filters(detail: Detail) -> list[tuple[str, str]]:
    """What a search or an export was narrowed to: the name of each filter, and what it
    was."""
    labels = {
        key: text for words in _all_words() for key, text in words.filters.items()
    }
    return [
        (str(labels[key]), _plain(value, _values_of(key)))
        for key, value in detail.get("filters", {}).items()
        if key in labels
    ]


def _phrases(detail: Detail) -> Iterator[str]:
    for words in _all_words():
        yield from words.phrases(detail)
    for key, value in detail.items():
        for words in _all_words():
            if key in words.labels and (value or key not in words.counts):
                yield labelled(str(words.labels[key]), value, _values_of(key))


def _values_of(key: str) -> Texts:
    """An app may have values of its own for another's label."""
    return {
        value: text
        for words in _all_words()
        for value, text in words.values.get(key, {}).items()
    }


def labelled(label: str, value: object, texts: Texts | None = None) -> str:
    """``label: value``, ``label: before → after``, or the label of what is so."""
    texts = texts or {}
    if value is True:
        return label
    if isinstance(value, list) and len(value) == 2:
        before, after = (_plain(one, texts) for one in value)
        said = f"{before} → {after}"
    else:
        said = _plain(value, texts)
    return _("%(label)s: %(value)s") % {"label": label, "value": said}


def _plain(value: object, texts: Texts) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return pgettext("between the items of a list", ", ").join(map(str, value))
    return str(texts.get(str(value), value))
