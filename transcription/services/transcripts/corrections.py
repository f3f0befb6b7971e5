"""What was recognised: stored once, corrected by people."""

from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from accounts.services.versions import LastChange, check_version, version_of
from transcription.evaluation.scores.marking import TextPart, marked
from transcription.models.corrections import Correction
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Transcript
from transcription.services.drafts.keeping import drop_draft
from transcription.services.drafts.things import segment_thing
from transcription.services.media.cleaning import clean_line
from transcription.services.search.index import reindex_segment
from transcription.services.transcripts.marks import hit_places

TEXT_MAX = 5_000
CHANGES = 100  # of one sentence, on its page


def segment_version(segment: Segment) -> str:
    """Changes with what people read of the sentence."""
    return version_of(segment.text)


def transcript_version(transcript: Transcript) -> str:
    """Changes with what people read of any sentence."""
    texts = transcript.segments.values_list("text", flat=True)
    return version_of(transcript.uuid, list(texts))


def correct_segment(
    *,
    segment: Segment,
    membership: Membership,
    origin: Origin,
    text: str,
    version: str = "",
) -> bool:
    """Put a person's words in the place of the machine's, which are kept. False when
    nothing changed. ``version`` is that of the sentence which the person saw. Raises
    ``Refused``."""
    text = clean_line(text, TEXT_MAX + 1)
    if not text:
        raise Refused(
            "empty_text",
            _(
                "The text is empty. To bring back what the machine recognised, "
                "use undo."
            ),
        )
    if len(text) > TEXT_MAX:
        raise Refused(
            "text_too_long",
            _("The text is longer than %(limit)s characters.") % {"limit": TEXT_MAX},
        )
    with transaction.atomic():
        segment = _locked(segment)
        drop_draft(user=membership.user, thing=segment_thing(segment))
        if text == segment.text:
            return False
        _check_seen(segment, version)
        before = segment.text
        _put(segment, membership, text)
        _save_text(segment, origin, "correct", before)
    return True


def undo_correction(*, segment: Segment, origin: Origin, version: str = "") -> bool:
    """Bring back what the machine wrote. False when nobody has corrected it. Raises
    ``Refused`` when ``version`` is not that of the sentence as it is."""
    with transaction.atomic():
        segment = _locked(segment)
        drop_draft(user=origin.user, thing=segment_thing(segment))
        if segment.edited_at is None:
            return False
        _check_seen(segment, version)
        before = segment.text
        segment.text, segment.text_machine = segment.text_machine, ""
        segment.edited_at = segment.edited_by = None
        for hit in segment.hotwords:
            hit.pop("undone", None)
        _save_text(segment, origin, "undo", before)
    return True


def undo_hotword(
    *, segment: Segment, membership: Membership, origin: Origin, number: int
) -> bool:
    """Put back what the segment's hotword ``number`` replaced; it becomes a
    correction. False when the word stands there no more. Raises ``Refused``."""
    with transaction.atomic():
        segment = _locked(segment)
        place = next((p for p in hit_places(segment) if p.number == number), None)
        if place is None:
            return False
        text = segment.text[: place.start] + place.replaced + segment.text[place.end :]
        before = segment.text
        segment.hotwords[number]["undone"] = True
        _put(segment, membership, text[:TEXT_MAX])
        _save_text(segment, origin, "undo_hotword", before)
    return True


@dataclass(frozen=True, slots=True)
class Change:
    """A correction with its texts, marked where they differ."""

    correction: Correction
    before: list[TextPart]
    after: list[TextPart]


def changes_of(segment: Segment) -> list[Change]:
    """What was made of the sentence, the newest first."""
    made = Correction.objects.filter(segment=segment).select_related("changed_by")
    return [Change(one, *marked(one.before, one.after)) for one in made[:CHANGES]]


def correction_count(recording: Recording) -> int:
    """How many sentences of the current transcript people have corrected."""
    segments = Segment.objects.filter(
        transcript__recording=recording, transcript__is_current=True
    )
    return segments.corrected().count()


def _locked(segment: Segment) -> Segment:
    """The segment as it is now, so that two correctors do not mix."""
    return (
        Segment.objects.select_for_update(of=("self",))
        .select_related("transcript__recording", "transcript__department")
        .get(pk=segment.pk)
    )


def _check_seen(segment: Segment, version: str) -> None:
    check_version(version, segment_version(segment), partial(_last_change, segment))


def _last_change(segment: Segment) -> LastChange | None:
    if segment.edited_at is None or segment.edited_by is None:
        return None
    return LastChange(str(segment.edited_by), segment.edited_at)


def _put(segment: Segment, membership: Membership, text: str) -> None:
    if segment.edited_at is None:
        segment.text_machine = segment.text
    segment.text = text
    segment.edited_at = timezone.now()
    segment.edited_by = membership.user


def _save_text(segment: Segment, origin: Origin, what: str, before: str) -> None:
    segment.save(
        update_fields=["text", "text_machine", "hotwords", "edited_at", "edited_by"]
    )
    reindex_segment(segment)
    correction = Correction.objects.create(
        segment=segment, before=before, after=segment.text, changed_by=origin.user
    )
    record(
        AuditAction.EDIT,
        origin,
        segment.transcript.recording.audit_subject,
        what=what,
        segment=segment.index,
        correction=str(correction.uuid),
    )
