"""What each operation does, in three words under a heading, and what comes out: for
people who read the API's page."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_DEPARTMENTS, _RECORDINGS = _("Departments"), _("Recordings")
_JOBS, _TRANSCRIPTS = _("Jobs"), _("Transcripts")
_HOTWORDS, _SEARCH = _("Hotword lists"), _("Search")

Words = tuple[Promise | str, Promise | str]
OPERATIONS: Final[dict[str, Words]] = {
    "departments": (_DEPARTMENTS, _("List departments")),
    "department": (_DEPARTMENTS, _("Look at a department")),
    "recordings": (_RECORDINGS, _("List recordings")),
    "recording": (_RECORDINGS, _("Look at a recording")),
    "recording_change": (_RECORDINGS, _("Change a recording's details")),
    "recording_delete": (_RECORDINGS, _("Delete a recording")),
    "recording_restore": (_RECORDINGS, _("Restore a recording")),
    "recording_upload": (_RECORDINGS, _("Upload a recording")),
    "trash": (_RECORDINGS, _("List the trash")),
    "transcript": (_TRANSCRIPTS, _("Read a transcript")),
    "segments": (_TRANSCRIPTS, _("Read segments")),
    "segment": (_TRANSCRIPTS, _("Read a segment")),
    "segment_correct": (_TRANSCRIPTS, _("Correct a segment")),
    "segment_undo": (_TRANSCRIPTS, _("Undo a correction")),
    "export": (_TRANSCRIPTS, _("Export a transcript")),
    "search": (_SEARCH, _("Search recordings")),
    "hotword_lists": (_HOTWORDS, _("List hotword lists")),
    "hotword_list": (_HOTWORDS, _("Look at a hotword list")),
    "hotword_draft": (_HOTWORDS, _("Look at a draft")),
    "hotword_draft_replace": (_HOTWORDS, _("Replace a draft")),
    "hotword_publish": (_HOTWORDS, _("Publish a draft")),
    "jobs": (_JOBS, _("List jobs")),
    "department_job": (_JOBS, _("Look at a job")),
    "department_job_cancel": (_JOBS, _("Cancel a job")),
    "department_job_retry": (_JOBS, _("Transcribe again")),
}
COMPONENTS: Final[dict[str, Promise | str]] = {
    "Department": _("A department, what the key may do in it, and its defaults."),
    "JobEntry": _("Where a job stands."),
    "Recording": _("What is known about a recording, and where its newest job stands."),
    "AboutHit": _("What is known about a recording, with what was found in it."),
    "Found": _("A recording with what was found in it."),
    "FoundRecording": _("Which recording it is."),
    "Hit": _("A segment with what was found in it."),
    "HotwordDraft": _("All words of a draft."),
    "HotwordDraftRequest": _("All words of a draft."),
    "HotwordList": _("A hotword list, and the version that new jobs use."),
    "HotwordListWords": _("A hotword list, and the words that new jobs use."),
    "HotwordProblem": _("A word that was not taken, and why."),
    "HotwordVersion": _("A published version of a list."),
    "Part": _("A piece of a text, and whether it is what was looked for."),
    "PatchedCorrectionRequest": _("What was said."),
    "PublishRequest": _("What the version is about."),
    "SavedDraft": _("The draft as it is now, and what was not taken."),
    "SearchAnswer": _("A page of results."),
    "Sentence": _("What one speaker said in one go, with its version."),
    "Speaker": _("A voice of a transcript."),
    "Transcript": _("The current text of a recording."),
    "UploadRequest": _("The recording, how to transcribe it, and what is known of it."),
    "PatchedRecordingChangeRequest": _("What may be changed about a recording."),
}
PAGE: Final = _("A page of a list.")
