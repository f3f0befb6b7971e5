"""What a notice says, made when it is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models.members import Membership
from transcription.models.evaluation import EvaluationRun
from transcription.models.exports import RecordingExport
from transcription.models.jobs import TranscriptionJob
from transcription.models.notices import Notice
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState, LeasedRun
from transcription.models.saved_searches import SavedSearch
from transcription.services.runs.errors import sentence

COUNT_CAP: Final = 999


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """As it is shown. ``reason`` says why something failed; ``url`` is the subject's
    page, where the notice counts as read."""

    uuid: UUID
    text: str
    reason: str
    url: str
    is_failure: bool
    is_new: bool
    at: datetime


def lines_of(notices: Iterable[Notice], membership: Membership) -> list[NoticeLine]:
    """In the order in which they come, as the membership may know it."""
    return [_line(notice, membership) for notice in notices]


def _line(notice: Notice, membership: Membership) -> NoticeLine:
    slug = membership.department.slug
    if notice.saved_search is not None:
        return _line_of_search(notice, notice.saved_search, membership)
    run, text, view, uuid = _about(notice)
    is_failure = run.state == JobState.FAILED
    return NoticeLine(
        uuid=notice.uuid,
        text=text,
        reason=_reason(run) if is_failure else "",
        url=reverse(f"transcription:{view}", kwargs={"department": slug, "uuid": uuid}),
        is_failure=is_failure,
        is_new=notice.read_at is None,
        at=notice.created_at,
    )


def _reason(run: LeasedRun) -> str:
    # Its page says what to do: the sentences of the codes are about recognising.
    if isinstance(run, RecordingExport):
        return ""
    return sentence(run.error_code, run.error_detail)


def _line_of_search(
    notice: Notice, search: SavedSearch, membership: Membership
) -> NoticeLine:
    found = search.hits.known_to(membership).filter(found_at__gte=notice.created_at)
    if notice.read_at is not None:
        found = found.filter(found_at__lte=notice.read_at)
    count = len(found.values("pk")[: COUNT_CAP + 1])
    said = ngettext(
        "%(count)s new recording matches “%(name)s”.",
        "%(count)s new recordings match “%(name)s”.",
        count,
    )
    shown = f"{COUNT_CAP}+" if count > COUNT_CAP else count
    kwargs = {"department": membership.department.slug, "uuid": search.uuid}
    return NoticeLine(
        uuid=notice.uuid,
        text=said % {"count": shown, "name": search.name},
        reason="",
        url=reverse("transcription:saved_search", kwargs=kwargs),
        is_failure=False,
        is_new=notice.read_at is None,
        at=notice.created_at,
    )


def _about(notice: Notice) -> tuple[LeasedRun, str, str, UUID]:
    """The run, its sentence, and the page of its subject."""
    if notice.job is not None:
        found = notice.job.recording
        return notice.job, _job(notice.job), "recording", found.uuid
    if notice.evaluation is not None:
        run = notice.evaluation
        return run, _evaluation(run), "evaluation_run", run.uuid
    if notice.re_recognition is not None:
        again = notice.re_recognition
        return again, _re_recognition(again), "rehearing", again.uuid
    if notice.export is not None:
        archive = notice.export
        return archive, _export(archive), "export_run", archive.uuid
    raise ValueError(f"{notice} has no subject.")


def _job(job: TranscriptionJob) -> str:
    title = {"title": job.recording.title}
    if job.state == JobState.FAILED:
        return _("“%(title)s” could not be transcribed.") % title
    return _("“%(title)s” is transcribed.") % title


def _evaluation(run: EvaluationRun) -> str:
    name = {"name": run.reference_set.name}
    if run.state == JobState.FAILED:
        return _("The evaluation with “%(name)s” failed.") % name
    return _("The evaluation with “%(name)s” is done.") % name


def _re_recognition(run: Rehearing) -> str:
    word = {"word": run.word}
    if run.state == JobState.FAILED:
        return _("Re-recognising with “%(word)s” failed.") % word
    return _("Re-recognising with “%(word)s” is done.") % word


def _export(run: RecordingExport) -> str:
    if run.state == JobState.FAILED:
        return _("The export could not be made.")
    return ngettext(
        "The export of %(count)d recording can be downloaded.",
        "The export of %(count)d recordings can be downloaded.",
        run.packed_count,
    ) % {"count": run.packed_count}
