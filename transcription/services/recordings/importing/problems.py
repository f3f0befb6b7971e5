"""What is wrong with a line of a list, as a sentence with the right form."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from transcription.models.recordings import Tag
from transcription.services.recordings.agents import NAME_MAX
from transcription.services.recordings.details import TAGS_MAX
from transcription.services.recordings.importing.columns import TITLES, Column

TITLE_MAX: Final = 200
NUMBER_MAX: Final = 32

_SENTENCES: Final[dict[str, Promise]] = {
    "no_file": gettext_lazy("No file is named."),
    "file_twice": gettext_lazy("Line %(detail)s names the same file."),
    "path_too_long": gettext_lazy("The path is too long: at most 1,000 characters."),
    "path_outside": gettext_lazy(
        "“%(detail)s” lies outside the folder. Name it as it stands below the folder, "
        "as 2024/03/a001.wav."
    ),
    "file_missing": gettext_lazy("There is no file “%(detail)s” in the folder."),
    "not_a_file": gettext_lazy("“%(detail)s” is a folder or no ordinary file."),
    "unreadable": gettext_lazy("The file cannot be read: %(detail)s."),
    "file_not_sent": gettext_lazy("The file was not sent."),
    "no_pattern": gettext_lazy("The name “%(detail)s” does not fit the pattern."),
    "sidecar_missing": gettext_lazy(
        "No side-car file, .json or .csv, came beside it within %(detail)s seconds."
    ),
    "sidecar_broken": gettext_lazy(
        "The side-car file “%(detail)s” cannot be read. Right: a JSON object, or a CSV "
        "of a line with headings and one with values, of at most 1 MB."
    ),
    "title_too_long": gettext_lazy("A title has at most %(title_max)d characters."),
    "agent_too_long": gettext_lazy("A name has at most %(name_max)d characters."),
    "number_too_long": gettext_lazy("A number has at most %(number_max)d characters."),
    "number_shortened": gettext_lazy(
        "“%(detail)s” is a number that the spreadsheet has shortened. Make the column "
        "text there, and write it in full: 13800138000."
    ),
    "number_odd": gettext_lazy(
        "“%(detail)s” is no telephone number. Right: 13800138000, 010-8888 0000."
    ),
    "direction_unknown": gettext_lazy(
        "“%(detail)s” is no direction. Right: 呼入, 呼出, inbound, outbound."
    ),
    "time_unknown": gettext_lazy(
        "“%(detail)s” is no date with a time. Right: 2024-03-01 14:05:09."
    ),
    "time_without_date": gettext_lazy(
        "“%(detail)s” has no date. Right: 2024-03-01 14:05:09."
    ),
    "time_impossible": gettext_lazy(
        "“%(detail)s” is no day and time that there is. Right: 2024-03-01 14:05:09."
    ),
    "time_skipped": gettext_lazy(
        "“%(detail)s” never was: the clocks were put forward over it. Write the time "
        "that the clock showed."
    ),
    "time_out_of_range": gettext_lazy(
        "“%(detail)s” is not between the years 1900 and 2999."
    ),
    "too_many_tags": gettext_lazy("A recording has at most %(tags_max)d tags."),
    "tag_too_long": gettext_lazy(
        "The tag “%(detail)s” has more than %(tag_max)d characters."
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """``detail`` is what the list says, or the sentence itself where the code is that
    of an upload that was refused."""

    column: Column
    code: str
    detail: str = ""

    @classmethod
    def stored(cls, row: Iterable[str]) -> Self:
        column, code, detail = row
        return cls(Column(column), code, detail)

    @property
    def row(self) -> list[str]:
        """As ``ImportLine.problems`` has it."""
        return [self.column.value, self.code, self.detail]

    @property
    def sentence(self) -> str:
        known = _SENTENCES.get(self.code)
        if known is None:
            return self.detail
        return str(known) % {
            "detail": self.detail,
            "title_max": TITLE_MAX,
            "name_max": NAME_MAX,
            "number_max": NUMBER_MAX,
            "tags_max": TAGS_MAX,
            "tag_max": Tag.NAME_MAX,
        }

    @property
    def where(self) -> str:
        return str(TITLES[self.column])

    def __str__(self) -> str:
        return _("%(column)s: %(sentence)s") % {
            "column": self.where,
            "sentence": self.sentence,
        }
