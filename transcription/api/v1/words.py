"""What each operation does, in three words under a heading, and what comes out: for
people who read the API's page."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_DEPARTMENTS, _RECORDINGS = _("Departments"), _("Recordings")
_JOBS = _("Jobs")

Words = tuple[Promise | str, Promise | str]
OPERATIONS: Final[dict[str, Words]] = {
    "departments": (_DEPARTMENTS, _("List departments")),
    "department": (_DEPARTMENTS, _("Look at a department")),
    "recordings": (_RECORDINGS, _("List recordings")),
    "recording": (_RECORDINGS, _("Look at a recording")),
    "recording_change": (_RECORDINGS, _("Change a recording's details")),
    "recording_delete": (_RECORDINGS, _("Delete a recording")),
    "recording_restore": (_RECORDINGS, _("Restore a recording")),
    "trash": (_RECORDINGS, _("List the trash")),
    "jobs": (_JOBS, _("List jobs")),
    "department_job": (_JOBS, _("Look at a job")),
    "department_job_cancel": (_JOBS, _("Cancel a job")),
    "department_job_retry": (_JOBS, _("Transcribe again")),
}
COMPONENTS: Final[dict[str, Promise | str]] = {
    "Department": _("A department, what the key may do in it, and its defaults."),
    "JobEntry": _("Where a job stands."),
    "Recording": _("What is known about a recording, and where its newest job stands."),
    "PatchedRecordingChangeRequest": _("What may be changed about a recording."),
}
PAGE: Final = _("A page of a list.")
