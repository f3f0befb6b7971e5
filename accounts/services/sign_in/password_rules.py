"""What a chosen password must not be made of: names, dates, sequences, old passwords.

Django's own validators see to length, common passwords and bare digits. These see to
what is guessed next by somebody who knows the company: its name, the person's, the
department's (also in pinyin, also with 0 for o), years and birthdays, runs of keys.
One-time passwords that the portal makes are random and pass none of them.
"""

import importlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models.people import User
from accounts.services.sign_in.password_history import (
    REMEMBERED,
    remember,
    was_chosen_before,
)

PRODUCT_NAMES: Final = ("shengwen", "声文")
RUN: Final = 4  # keys or letters in a row that are a sequence
FEWEST_CHARACTERS: Final = 5  # different ones
SHORTEST_NAME, SHORTEST_CHINESE_NAME = 3, 2

_ROWS: Final = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "!@#$%^&*()"),
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujmikolp"),
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    *("一二三四五六七八九十", "甲乙丙丁戊己庚辛壬癸"),
)
_DAY, _MONTH, _YEAR = r"(0[1-9]|[12]\d|3[01])", r"(0[1-9]|1[0-2])", r"(19|20)\d\d"
_DATE: Final = re.compile(
    rf"(?<!\d)({_YEAR}({_MONTH}({_DAY})?)?|({_YEAR}|\d\d){_MONTH}{_DAY}"
    rf"|{_DAY}{_MONTH}({_YEAR}|\d\d))(?!\d)"
)
_REPEATED: Final = re.compile(r"(.)\1{3}|(.{2,})\2{2}|^(.+)\3+$", re.DOTALL)
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_KIND_OF_UNIT: Final = re.compile(r"(有限公司|公司|部门|中心|部|组|科|处|室)$")
_LOOKALIKES: Final = str.maketrans("01345@$!", "oieasasi")


class Validator:
    """Django's interface, with the help that the forms give in one sentence."""

    def validate(self, password: str, user: Any = None) -> None:
        raise NotImplementedError

    def get_help_text(self) -> str:
        return ""


class NoNames(Validator):
    """The person's names, the departments', the company's, the product's."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = _squeezed(password)
        forms = {plain, plain.translate(_LOOKALIKES)}
        for name in _names_around(user):
            if any(name in form for form in forms):
                raise ValidationError(
                    _("Leave out names: “%(name)s” is guessed first."),
                    "password_has_name",
                    {"name": name},
                )


class NoDates(Validator):
    """Years from 1900 to 2099, birthdays in six or eight digits."""

    def validate(self, password: str, user: Any = None) -> None:
        # With and without what stands between day, month and year.
        joined = re.sub(r"(?<=\d)[-./ 年月](?=\d)", "", password)
        if _DATE.search(password) or _DATE.search(joined):
            raise ValidationError(
                _("Leave out years and dates: they are guessed first."),
                "password_has_date",
            )


class NoSequences(Validator):
    """Runs of letters, digits or keys, forwards and backwards, and repetitions."""

    def validate(self, password: str, user: Any = None) -> None:
        lower = password.casefold()
        pieces = {lower[at : at + RUN] for at in range(len(lower) - RUN + 1)}
        if pieces & _runs():
            raise ValidationError(
                _("Leave out sequences such as 1234, abcd or qwerty."),
                "password_has_sequence",
            )
        if _REPEATED.search(lower) or len(set(lower)) < FEWEST_CHARACTERS:
            raise ValidationError(
                _("Leave out repetitions such as aaaa or 121212."), "password_repeats"
            )


class NoOldPasswords(Validator):
    """None of those that the person had lately. Every chosen password is noted when it
    is saved, whoever saves it: Django calls ``password_changed``."""

    def validate(self, password: str, user: Any = None) -> None:
        if not isinstance(user, User) or user.pk is None:
            return
        if was_chosen_before(user=user, password=password):
            raise ValidationError(
                _(
                    "You have had this password before: "
                    "none of your last %(count)s may be chosen again."
                ),
                "password_used_before",
                {"count": REMEMBERED},
            )

    def password_changed(self, password: str, user: Any = None) -> None:
        if isinstance(user, User) and not user.must_change_password:
            remember(user=user)


@cache
def _runs() -> frozenset[str]:
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    return frozenset(
        row[at : at + RUN] for row in rows for at in range(len(row) - RUN + 1)
    )


def _squeezed(text: str) -> str:
    """Without what is put between letters, in lower case."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _names_around(user: Any) -> Iterator[str]:
    """Every name that somebody would try for this person."""
    for name in (*settings.COMPANY_NAMES, *PRODUCT_NAMES):
        yield from _spellings(name)
    if user is None:
        return
    email = str(getattr(user, "email", "") or "").partition("@")[0]
    for name in (user.username, getattr(user, "display_name", ""), email):
        yield from _spellings(name, *re.split(r"[\W\d_]+", name))
    for department in _departments(user):
        yield from _spellings(
            department.name, _KIND_OF_UNIT.sub("", department.name), department.slug
        )


def _departments(user: Any) -> Iterable[Any]:
    joins = getattr(user, "joins", None)
    if joins is not None:
        return [joins]
    if user.pk is None:
        return []
    return [m.department for m in user.memberships.select_related("department")]


def _spellings(*names: str) -> Iterator[str]:
    """As written, and in pinyin; nothing so short that it is in many words."""
    for name in map(_squeezed, filter(None, names)):
        is_chinese = bool(_CHINESE.search(name))
        if len(name) >= (SHORTEST_CHINESE_NAME if is_chinese else SHORTEST_NAME):
            yield name
            if is_chinese:
                yield "".join(importlib.import_module("pypinyin").lazy_pinyin(name))
