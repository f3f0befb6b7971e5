"""The parts of a question in people's words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.forms.chips import Chip
from transcription.forms.search import FILTER_FIELDS, SearchForm
from transcription.forms.search_links import address_of
from transcription.models.recordings import Direction, Language
from transcription.models.runs import JobState
from transcription.search.language.facts import Said, meaning
from transcription.search.language.names import FieldName, PeriodName, WhereName
from transcription.search.language.narrowing import stated
from transcription.search.language.refusals import NotUnderstood
from transcription.search.language.scanning import Kind, Token, tokens
from transcription.search.language.tree import Fact, FactName, Scope
from transcription.search.language.writing import chips
from transcription.services.search.filters import ACTIVE

LABELS: Final[dict[FieldName, StrOrPromise]] = {
    FactName.AGENT: gettext_lazy("Agent"),
    FactName.DIRECTION: gettext_lazy("Direction"),
    FactName.FROM: gettext_lazy("From"),
    FactName.LANGUAGE: gettext_lazy("Language"),
    FactName.LONGER: gettext_lazy("Longer than"),
    FactName.NUMBER: gettext_lazy("Number"),
    FactName.SHORTER: gettext_lazy("Shorter than"),
    FactName.STATUS: gettext_lazy("Status"),
    FactName.TAG: gettext_lazy("Tag"),
    FactName.TITLE: gettext_lazy("Title"),
    FactName.TO: gettext_lazy("To"),
    FactName.UPLOADER: gettext_lazy("Uploaded by"),
    PeriodName.LAST: gettext_lazy("Period"),
    WhereName.AFTER: gettext_lazy("Said after"),
    WhereName.SCOPE: gettext_lazy("Together in"),
    WhereName.SPEAKER: gettext_lazy("Said by"),
    WhereName.WITHIN: gettext_lazy("Where"),
}
_SCOPES: Final = {
    Scope.SENTENCE: gettext_lazy("one sentence"),
    Scope.TURN: gettext_lazy("one turn"),
    Scope.CALL: gettext_lazy("the whole call"),
}
_CHOICES: Final[dict[FactName, Mapping[str, StrOrPromise]]] = {
    FactName.DIRECTION: dict(Direction.choices),
    FactName.LANGUAGE: dict(Language.choices),
    FactName.STATUS: {ACTIVE: gettext_lazy("Waiting or transcribing")}
    | dict(JobState.choices),
}
_OPERATORS: Final[dict[Kind, StrOrPromise]] = {
    Kind.OPEN: "(",
    Kind.CLOSE: ")",
    Kind.NOT: "-",
    Kind.OR: pgettext_lazy("typed", "OR"),
}


def search_chips(form: SearchForm) -> list[tuple[Chip, str]]:
    """The parts of the question that all have to hold, and the fields that are filled
    in, each with the address of the search without it. A word and nothing else is no
    part: it stands in the box above."""
    found = list(_of_question(form.query, timezone.localdate()))
    is_plain = len(found) == 1 and not found[0][0].label
    parts = [] if is_plain else found
    return [
        *((chip, address_of(form.data, q=without)) for chip, without in parts),
        *((chip, address_of(form.data, chip.name)) for chip in _of_fields(form)),
    ]


def without_conditions(form: SearchForm) -> str:
    """The address of the same words among all recordings; empty where nothing narrows
    them, or nothing but conditions was asked."""
    today = timezone.localdate()
    try:
        found = chips(form.query, today)
    except NotUnderstood:
        return ""
    kept = " ".join(chip.text for chip in found if not stated(chip, today))
    if not kept or (kept == form.query and not form.is_filtered):
        return ""
    return address_of(form.data, *FILTER_FIELDS, q=kept)


def readable(form: SearchForm) -> str:
    """What is asked for, in words: a name for it."""
    found = [chip for chip, _address in search_chips(form)]
    if not any(chip.label for chip in found):
        return form.query
    return pgettext("between choices", ", ").join(
        f"{chip.label} {chip.text}" if chip.label else chip.text for chip in found
    )


def _of_question(typed: str, today: date) -> Iterator[tuple[Chip, str]]:
    try:
        found = chips(typed, today)
    except NotUnderstood:
        return
    for part in found:
        yield _chip(part.text, today), part.without


def _chip(text: str, today: date) -> Chip:
    pieces = list(tokens(text))
    negations = 0
    while pieces[negations].kind is Kind.NOT:
        negations += 1
    rest = pieces[negations:]
    label, said = "", text[rest[0].span[0] :]
    if len(rest) == 1 and rest[0].kind is Kind.FIELD:
        label, said = _field(rest[0], today)
    else:
        if negations and _is_bracket(rest):
            rest, said = rest[1:-1], said[1:-1].strip()
        if any(token.kind is Kind.FIELD for token in rest):
            said = _in_words(text, rest, today)
    if negations % 2:
        if label:
            said = _("%(label)s: %(text)s") % {"label": label, "text": said}
        label = _("Not")
    return Chip("q", label, said)


def _in_words(text: str, pieces: Sequence[Token], today: date) -> str:
    """A bracket that has conditions inside, as it would be said."""
    said = ""
    for token in pieces:
        piece = text[slice(*token.span)]
        if token.kind is Kind.FIELD:
            piece = _("%(label)s: %(text)s") % dict(
                zip(("label", "text"), _field(token, today), strict=True)
            )
        elif token.kind in _OPERATORS:
            piece = str(_OPERATORS[token.kind])
        is_close = not said or said.endswith(("(", "-")) or token.kind is Kind.CLOSE
        said += piece if is_close else f" {piece}"
    return said


def _is_bracket(pieces: Sequence[Token]) -> bool:
    """Whether the first bracket is closed by the last."""
    depth = 0
    for place, token in enumerate(pieces):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if not depth:
            return len(pieces) > 1 and place == len(pieces) - 1
    return False


def _field(token: Token, today: date) -> tuple[str, str]:
    meant = meaning(token, today)
    name = token.field or FactName.TITLE
    if isinstance(meant, Said):
        said = _where(meant, token)
    elif isinstance(meant, Fact):
        said = _value(meant)
    else:
        said = " – ".join(
            _value(part) for part in meant.parts if isinstance(part, Fact)
        )
    return str(LABELS[name]), said


def _value(fact: Fact) -> str:
    if isinstance(fact.value, date):
        return fact.value.isoformat()
    if isinstance(fact.value, int):
        return _said_length(fact.value)
    return str(_CHOICES.get(fact.name, {}).get(fact.value, fact.value))


def _where(said: Said, token: Token) -> str:
    if said.where.scope:
        return str(_SCOPES[said.where.scope])
    if said.where.first_ms:
        return _("first %(length)s") % {"length": _said_length(said.where.first_ms)}
    if said.where.last_ms:
        return _("last %(length)s") % {"length": _said_length(said.where.last_ms)}
    return token.text


def _said_length(ms: int) -> str:
    """``1 h 30 min``."""
    minutes, ms = divmod(ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(_("%(count)s h") % {"count": hours})
    if minutes:
        parts.append(_("%(count)s min") % {"count": minutes})
    if ms or not parts:
        parts.append(_("%(count)s s") % {"count": f"{ms / 1000:g}"})
    return " ".join(parts)


def _of_fields(form: SearchForm) -> Iterator[Chip]:
    for name in FILTER_FIELDS:
        if value := form.value(name):
            yield Chip(name, str(form.fields[name].label), _shown(form, name, value))


def _shown(form: SearchForm, name: str, value: Any) -> str:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField) and isinstance(value, str):
        return str(dict(field.choices)[value])  # type: ignore[arg-type]
    return value.isoformat() if isinstance(value, date) else str(value)
