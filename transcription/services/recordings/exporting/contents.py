"""The table of contents of an archive: a row for each recording, with what is known of
it and which of it is there."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.spreadsheets import csv_parts
from transcription.exports import clock
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Language, Recording
from transcription.models.runs import JobState
from transcription.models.transcripts import Transcript
from transcription.services.runs.errors import sentence

_PAGE: Final = 500


def header() -> list[str]:
    """In the reader's language, as are the rows."""
    return [
        *(
            _("Text files"),
            _("Title"),
            _("Transcript"),
            pgettext("of a failure", "Reason"),
            _("Sound file"),
        ),
        *(_("Call at"), _("Uploaded at"), _("Length"), _("Language"), _("Agent")),
        *(_("Direction"), _("Number"), _("Tags"), _("Uploaded by"), _("Private")),
        _("Recording number"),
    ]


def row(
    recording: Recording,
    *,
    texts: Sequence[str],
    transcript: Transcript | None,
    job: TranscriptionJob | None,
    sound: str,
) -> list[Any]:
    """``texts`` are the files of its transcript; ``sound`` is its own, or says what
    became of it."""
    state, reason = _state(transcript, job)
    between = pgettext("between the items of a list", ", ")
    language = transcript.language if transcript else job.language if job else ""
    length = recording.duration_ms
    return [
        *(between.join(texts), recording.title, state, reason, sound),
        *(_moment(recording.recorded_at), _moment(recording.created_at)),
        "" if length is None else clock(length)[:8],
        str(dict(Language.choices).get(language, language)),
        *(recording.agent_name, recording.get_direction_display()),
        recording.phone_number,
        between.join(tag.name for tag in recording.tags.all()),
        str(recording.uploaded_by or ""),
        _("yes") if recording.is_private else "",
        str(recording.uuid),
    ]


def table(rows: Iterable[list[Any]]) -> Iterator[bytes]:
    """As Excel and WPS open it; a part at a time."""
    return csv_parts(header(), _pages(iter(rows)))


def _pages(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    while page := list(islice(rows, _PAGE)):
        yield page


def _state(
    transcript: Transcript | None, job: TranscriptionJob | None
) -> tuple[str, str]:
    if transcript is not None:
        return str(JobState.SUCCEEDED.label), ""
    if job is None:
        return _("Not transcribed"), ""
    failed = job.state == JobState.FAILED
    reason = sentence(job.error_code, job.error_detail) if failed else ""
    return str(job.get_state_display()), reason


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""
