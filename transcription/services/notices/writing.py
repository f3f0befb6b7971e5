"""The one place where notices are written, in the transaction of what they tell."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.models.evaluation import EvaluationRun
from transcription.models.exports import RecordingExport
from transcription.models.jobs import TranscriptionJob
from transcription.models.notices import Notice, NoticeKind
from transcription.models.recordings import Recording
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState
from transcription.models.saved_searches import SavedSearch, SavedSearchReader

# Whoever cancels a run knows that it has ended.
_TOLD: Final = (JobState.SUCCEEDED, JobState.FAILED)


def tell_job_ended(job_id: int, state: JobState) -> None:
    """To whoever ordered it on a page; programs ask by themselves."""
    jobs = TranscriptionJob.objects.filter(pk=job_id, notifies=True)
    job = jobs.exclude(requested_by=None).only("department", "requested_by").first()
    if job is not None and state in _TOLD:
        Notice.objects.create(
            kind=NoticeKind.JOB,
            department_id=job.department_id,
            recipient_id=job.requested_by_id or 0,
            job=job,
        )


def tell_evaluation_ended(run_id: int, state: JobState) -> None:
    runs = EvaluationRun.objects.select_related("reference_set")
    run = runs.filter(pk=run_id).exclude(requested_by=None).first()
    if run is not None and state in _TOLD:
        Notice.objects.create(
            kind=NoticeKind.EVALUATION,
            department_id=run.reference_set.department_id,
            recipient_id=run.requested_by_id or 0,
            evaluation=run,
        )


def tell_re_recognition_ended(run_id: int, state: JobState) -> None:
    run = Rehearing.objects.filter(pk=run_id).exclude(requested_by=None).first()
    if run is not None and state in _TOLD:
        Notice.objects.create(
            kind=NoticeKind.RE_RECOGNITION,
            department_id=run.department_id,
            recipient_id=run.requested_by_id or 0,
            re_recognition=run,
        )


def tell_export_ended(run_id: int, state: JobState) -> None:
    run = RecordingExport.objects.filter(pk=run_id).exclude(requested_by=None).first()
    if run is not None and state in _TOLD:
        Notice.objects.create(
            kind=NoticeKind.EXPORT,
            department_id=run.department_id,
            recipient_id=run.requested_by_id or 0,
            export=run,
        )


def tell_search_answered(
    searches: Collection[SavedSearch], recording: Recording, at: datetime
) -> None:
    """To those who want to be told of the searches' hits and may know of the recording;
    who has an unread notice of a search needs no other."""
    asked = SavedSearchReader.objects.filter(search__in=searches, alerts=True)
    asked = asked.filter(user__is_active=True)
    wanted = list(asked.select_related("search"))
    here = Membership.objects.filter(
        department=recording.department_id,
        is_active=True,
        user__in={reader.user_id for reader in wanted},
    )
    told = {one.user_id for one in here if _may_be_told(one, recording)}
    Notice.objects.bulk_create(
        (
            Notice(
                kind=NoticeKind.SAVED_SEARCH,
                department_id=recording.department_id,
                recipient_id=reader.user_id,
                saved_search=reader.search,
                created_at=at,
            )
            for reader in wanted
            if reader.user_id in told and _is_theirs(reader)
        ),
        ignore_conflicts=True,
    )


def _is_theirs(reader: SavedSearchReader) -> bool:
    """It may have been shared no longer since they asked."""
    return reader.search.is_shared or reader.search.owner_id == reader.user_id


def _may_be_told(membership: Membership, recording: Recording) -> bool:
    if not membership.can(Capability.SEARCH):
        return False
    visible = Recording.objects.visible_to(membership).filter(pk=recording.pk)
    return not recording.is_private or visible.exists()
