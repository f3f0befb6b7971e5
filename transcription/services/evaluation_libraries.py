"""The hotwords that an evaluation can be ordered with."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Department
from transcription.models import HotwordList
from transcription.pipeline.hotword_rules import sanitise
from transcription.services.evaluations import Library
from transcription.services.hotword_drafts import (
    draft_lines,
    published_lines,
    published_version,
)
from transcription.services.job_hotwords import (
    MAX_WORDS_PER_JOB,
    usable_lists,
    words_for_job,
)

NONE = "none"
JOBS = "jobs"


def library_choices(department: Department) -> list[tuple[str, str]]:
    """Keys and what people call them: what jobs use first, then each list alone."""
    lists = [(str(item.uuid), item.name) for item in usable_lists(department)]
    return [(JOBS, _("What new jobs use")), *lists, (NONE, _("No hotwords"))]


def library_of(department: Department, key: str) -> Library:
    """The words behind a key of ``library_choices``. Recall is always that of what jobs
    use, so that runs can be compared."""
    used = words_for_job(department=department, list_uuids=None)
    if key == JOBS:
        return Library(_("What new jobs use"), used, used)
    chosen = [item for item in usable_lists(department) if str(item.uuid) == key]
    if not chosen:
        return Library(_("No hotwords"), (), used)
    words = words_for_job(department=department, list_uuids=[UUID(key)])
    return Library(_version_label(chosen[0]), words, used, chosen[0])


def trial_libraries(
    department: Department, hotword_list: HotwordList
) -> tuple[Library, Library]:
    """What the department's jobs use now, and what they would use with the list's
    draft in place of its version. Recall is that of the list's words, old and new."""
    lists = usable_lists(department)
    if hotword_list not in lists:
        lists = [hotword_list, *lists]
    lines: list[str] = []
    for item in lists:
        is_tried = item == hotword_list
        lines += draft_lines(item) if is_tried else published_lines(item)
    tried = sanitise(lines)[:MAX_WORDS_PER_JOB]
    used = words_for_job(department=department, list_uuids=None)
    own = sanitise([*draft_lines(hotword_list), *published_lines(hotword_list)])
    names = {"name": hotword_list.name}
    return (
        Library(_version_label(hotword_list), used, own, hotword_list),
        Library(_("%(name)s, draft") % names, tried, own, hotword_list),
    )


def _version_label(hotword_list: HotwordList) -> str:
    version = published_version(hotword_list)
    if version is None:
        return _("Without %(name)s") % {"name": hotword_list.name}
    return _("%(name)s, version %(number)s") % {
        "name": hotword_list.name,
        "number": version.number,
    }
