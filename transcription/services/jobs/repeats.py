"""Finding the order that a repeated API call means: same bytes, same options."""

from collections.abc import Mapping, Sequence

from django.db.models import Exists, OuterRef, Q

from accounts.models.members import Membership
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import visible_to
from transcription.models.runs import ACTIVE_STATES, JobState


def find_same_order(
    *,
    membership: Membership,
    sha256: str,
    language: str,
    use_itn: bool,
    use_punctuation: bool,
    speakers: str,
    hotwords: Sequence[str],
    vad: Mapping[str, int],
) -> TranscriptionJob | None:
    """The best job for this file with these options that the membership may know of,
    if there is one.

    A finished job before a waiting one before a failed one; a canceled one does not
    count, nor does a recording in the trash, nor a failed job whose recording another
    order is being carried out for: it could not be repeated now.
    """
    order = [JobState.SUCCEEDED, JobState.RUNNING, JobState.QUEUED, JobState.FAILED]
    jobs = TranscriptionJob.objects.filter(
        visible_to(membership, "recording__"),
        department=membership.department,
        recording__department=membership.department,
        recording__sha256=sha256,
        recording__deleted_at=None,
        language=language,
        use_itn=use_itn,
        use_punctuation=use_punctuation,
        speakers=speakers,
        state__in=order,
    ).select_related("recording", "department")
    busy = TranscriptionJob.objects.filter(
        recording=OuterRef("recording"), state__in=ACTIVE_STATES
    )
    jobs = jobs.exclude(Q(state=JobState.FAILED) & Exists(busy))
    same = [
        job for job in jobs if list(job.hotwords) == list(hotwords) and job.vad == vad
    ]
    return min(same, key=lambda job: order.index(JobState(job.state)), default=None)
