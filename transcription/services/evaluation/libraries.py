"""The hotwords that an evaluation can be ordered with."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models.departments import Department
from transcription.models.evaluation import LibraryKind
from transcription.models.hotwords.lists import HotwordList
from transcription.pipeline.hotwords.rules import sanitise
from transcription.services.evaluation.runs import Library
from transcription.services.hotwords.drafts import (
    draft_lines,
    published_lines,
    published_version,
)
from transcription.services.hotwords.for_jobs import (
    hotwords_for_job,
    usable_lists,
    words_for_job,
)


def library_choices(department: Department) -> list[tuple[str, str]]:
    """Keys and what people call them: what jobs use first, then each list alone."""
    lists = [(str(item.uuid), item.name) for item in usable_lists(department)]
    return [
        (LibraryKind.JOBS, _("What new jobs use")),
        *lists,
        (LibraryKind.NONE, _("No hotwords")),
    ]


def library_of(department: Department, key: str) -> Library:
    """The words behind a key of ``library_choices``. Recall is always that of what jobs
    use, so that runs can be compared."""
    used = words_for_job(department=department, list_uuids=None)
    if key == LibraryKind.JOBS:
        return Library(LibraryKind.JOBS, used, used)
    chosen = [item for item in usable_lists(department) if str(item.uuid) == key]
    if not chosen:
        return Library(LibraryKind.NONE, (), used)
    words = words_for_job(department=department, list_uuids=[UUID(key)])
    return _as_published(chosen[0], words, used)


def trial_libraries(
    department: Department, hotword_list: HotwordList
) -> tuple[Library, Library]:
    """What the department's jobs use now, and what they would use with the list's
    draft in place of its version. Recall is that of the list's words, old and new."""
    tried = hotwords_for_job(
        department=department, list_uuids=None, drafted=hotword_list
    ).lines
    used = words_for_job(department=department, list_uuids=None)
    own = sanitise([*draft_lines(hotword_list), *published_lines(hotword_list)])
    return (
        _as_published(hotword_list, used, own),
        Library(LibraryKind.DRAFT, tried, own, hotword_list),
    )


def _as_published(
    hotword_list: HotwordList, words: Sequence[str], evaluated: Sequence[str]
) -> Library:
    version = published_version(hotword_list)
    number = version.number if version else None
    return Library(LibraryKind.LIST, words, evaluated, hotword_list, number)
