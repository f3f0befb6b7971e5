"""What stands before a colon, and its value: a fact about a call, or where its words
are said."""

from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

from transcription.search.folding import phrases_of
from transcription.search.language.moments import (
    Value,
    days,
    length_ms,
    part_ms,
    period,
)
from transcription.search.language.names import (
    FieldName,
    PeriodName,
    WhereName,
    is_chinese,
    key,
)
from transcription.search.language.refusals import About, Code, NotUnderstood
from transcription.search.language.scanning import Token
from transcription.search.language.tree import (
    All,
    Fact,
    FactName,
    Scope,
    Span,
    Where,
    Words,
)

# The machine's word first, then what may be typed for it: what is proposed in English,
# what in Chinese, and the rest.
_DIRECTIONS = (
    ("inbound", "in", "呼入", "来电"),
    ("outbound", "out", "呼出", "去电"),
)
_STATES = (
    ("succeeded", "succeeded", "完成", "done", "已完成"),
    ("failed", "failed", "失败"),
    ("canceled", "canceled", "已取消", "cancelled", "取消"),
    ("active", "active", "排队或转写中"),
    ("queued", "queued", "排队中", "waiting"),
    ("running", "running", "转写中", "transcribing"),
)
_LANGUAGES = (
    ("zh", "zh", "中文", "chinese", "汉语", "普通话"),
    ("en", "en", "英文", "english", "英语"),
    ("ja", "ja", "日文", "japanese", "日语"),
)
_SCOPES = (
    (Scope.SENTENCE.value, "sentence", "一句", "同一句", "句子"),
    (Scope.TURN.value, "turn", "一轮", "同一轮"),
    (Scope.CALL.value, "call", "全程", "通话"),
)
_Choices = tuple[tuple[str, ...], ...]
CHOICES: Final[dict[FieldName, _Choices]] = {
    FactName.DIRECTION: _DIRECTIONS,
    FactName.LANGUAGE: _LANGUAGES,
    FactName.STATUS: _STATES,
    WhereName.SCOPE: _SCOPES,
}
_Text = str | date | int


@dataclass(frozen=True, slots=True)
class Said:
    """What a field says of where the words of its bracket are said."""

    name: WhereName
    where: Where
    span: Span
    typed: str  # the name


def meaning(token: Token, today: date) -> Fact | All | Said:
    """What a field with its value says, or ``NotUnderstood``."""
    value = Value(token.text, token.value_span)
    match token.field:
        case WhereName():
            where = _where(token.field, token, value)
            return Said(token.field, where, token.span, token.name)
        case PeriodName.LAST:
            first, last = period(value, today)
            begin = Fact(FactName.FROM, first, token.span)
            return All((begin, Fact(FactName.TO, last, token.span)))
        case FactName():
            found = _fact(token.field, token, value, today)
            return Fact(token.field, found, token.span)
        case None:
            raise ValueError("Not a field.")
        case _:
            assert_never(token.field)


def _fact(name: FactName, token: Token, value: Value, today: date) -> _Text:
    match name:
        case FactName.FROM:
            return days(value, today)[0]
        case FactName.TO:
            return days(value, today)[1]
        case FactName.LONGER | FactName.SHORTER:
            return length_ms(value)
        case FactName.DIRECTION | FactName.LANGUAGE | FactName.STATUS:
            return _choice(CHOICES[name], token, value)
        case _:
            return value.text


def _where(name: WhereName, token: Token, value: Value) -> Where:
    match name:
        case WhereName.SPEAKER:
            return Where(speaker=value.text)
        case WhereName.SCOPE:
            return Where(scope=Scope(_choice(_SCOPES, token, value)))
        case WhereName.WITHIN:
            first_ms, last_ms = part_ms(value)
            return Where(first_ms=first_ms, last_ms=last_ms)
        case WhereName.AFTER:
            phrases = phrases_of(value.text)
            if not phrases:
                about = About(token.name)
                raise NotUnderstood(Code.FIELD_WITHOUT_VALUE, token.span, about)
            return Where(after=Words(phrases, value.span))


def _choice(choices: _Choices, token: Token, value: Value) -> str:
    wanted = key(value.text)
    for machine, *words in choices:
        if wanted == machine or wanted in words:
            return machine
    which = 1 if is_chinese(token.name) else 0
    proposed = tuple(words[which] for _machine, *words in choices)
    raise value.refused(Code.NOT_A_CHOICE, About(value.text, choices=proposed))
