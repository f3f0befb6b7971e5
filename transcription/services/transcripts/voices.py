"""The voices of a transcript: made with it, given names by people."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models.audit.events import AuditAction
from accounts.services.audit.reading import last_change
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from accounts.services.versions import LastChange, check_version, version_of
from transcription.models.jobs import SpeakerCount
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Speaker, Transcript
from transcription.pipeline.types import (
    NO_SPEAKER_MODEL,
    SILENT_CHANNEL,
    PipelineResult,
)
from transcription.services.media.cleaning import clean_line

NAME_MAX = 64
# A voice that was told apart anew is the one with a name when more than this share of
# what it says was that one's before.
SAME_SHARE = 0.5

SpeakerRows = dict[tuple[int | None, int | None], Speaker]  # by channel and voice
_Stretch = tuple[int, int, str]  # from, to, name


class FormerNames:
    """What people called the voices of the recording's transcript until now."""

    def __init__(self, recording: Recording) -> None:
        named = Speaker.objects.filter(
            transcript__recording=recording, transcript__is_current=True
        ).exclude(name="")
        channels = named.exclude(channel=None).values_list("channel", "name")
        self._channels = {**channel_names(recording), **dict(channels)}
        spoken = Segment.objects.filter(speaker__in=named.filter(channel=None))
        self._stretches: list[_Stretch] = list(
            spoken.order_by("start_ms").values_list(
                "start_ms", "end_ms", "speaker__name"
            )
        )

    def of_channel(self, channel: int) -> str:
        return self._channels.get(channel, "")

    def of_voices(self, result: PipelineResult) -> dict[int, str]:
        """Names for the voices that say what a named one said before."""
        shared: Counter[tuple[int, str]] = Counter()
        spoken: Counter[int] = Counter()
        for segment in result.segments:
            if segment.voice is None:
                continue
            spoken[segment.voice] += segment.end_ms - segment.start_ms
            for length, name in self._within(segment.start_ms, segment.end_ms):
                shared[segment.voice, name] += length
        names: dict[int, str] = {}
        for (voice, name), length in shared.most_common():
            is_free = voice not in names and name not in names.values()
            if is_free and length > SAME_SHARE * spoken[voice]:
                names[voice] = name
        return names

    def _within(self, start_ms: int, end_ms: int) -> Iterable[tuple[int, str]]:
        # One voice at a time: the stretches are in order and do not overlap.
        at = max(0, bisect_left(self._stretches, (start_ms, 0, "")) - 1)
        for start, end, name in self._stretches[at:]:
            if start >= end_ms:
                return
            if (shared := min(end, end_ms) - max(start, start_ms)) > 0:
                yield shared, name


def channel_names(recording: Recording) -> dict[int | None, str]:
    """What the department calls the two parties of a call. Of more than two channels
    nobody knows whose they are."""
    if (recording.channel_count or 0) > 2:
        return {}
    department = recording.department
    return {0: department.left_channel_name, 1: department.right_channel_name}


def make_speakers(
    *, transcript: Transcript, result: PipelineResult, former: FormerNames
) -> SpeakerRows:
    """One row per channel of a call, or per voice that was told apart. Nobody for what
    is neither: an unknown speaker is no speaker."""
    keys = sorted(
        {(s.channel, s.voice) for s in result.segments},
        key=lambda key: (key[0] or 0, key[1] or 0),
    )
    names = former.of_voices(result)
    rows: SpeakerRows = {}
    for channel, voice in keys:
        if channel is not None:
            label, name = f"channel-{channel}", former.of_channel(channel)
        elif voice is not None:
            label, name = f"speaker-{voice + 1}", names.get(voice, "")
        else:
            continue
        rows[channel, voice] = Speaker.objects.create(
            transcript=transcript, label=label, name=name, channel=channel
        )
    return rows


def speaker_version(speaker: Speaker) -> str:
    """Changes with what people call the voice."""
    return version_of(speaker.name)


def rename_speaker(
    *, speaker: Speaker, origin: Origin, name: str, version: str = ""
) -> bool:
    """Give a voice a name; an empty one brings its label back. False when unchanged.
    ``version`` is that of the name which the person saw. Raises ``Refused``."""
    name = clean_line(name, NAME_MAX + 1)
    if len(name) > NAME_MAX:
        raise Refused(
            "name_too_long",
            _("The name is longer than %(limit)s characters.") % {"limit": NAME_MAX},
        )
    with transaction.atomic():
        speaker = _locked(speaker)
        if name == speaker.name:
            return False
        find = partial(_last_change, speaker)
        check_version(version, speaker_version(speaker), find)
        speaker.name = name
        speaker.save(update_fields=["name"])
        record(
            AuditAction.EDIT,
            origin,
            speaker.transcript.recording.audit_subject,
            what="speaker",
            label=speaker.label,
        )
    return True


def _locked(speaker: Speaker) -> Speaker:
    """The voice as it is now, so that two who name it do not mix."""
    return (
        Speaker.objects.select_for_update(of=("self",))
        .select_related("transcript__recording", "transcript__department")
        .get(pk=speaker.pk)
    )


def _last_change(speaker: Speaker) -> LastChange | None:
    """Who named the voice, or let the channels change names."""
    subject, edit = speaker.transcript.recording.audit_subject, AuditAction.EDIT
    changes = [
        last_change(subject, edit, ["what"], what="speaker", label=speaker.label),
        last_change(subject, edit, ["what"], what="swap_channels"),
    ]
    found = [change for change in changes if change]
    return max(found, key=lambda change: change.at, default=None)


def swap_channels(*, transcript: Transcript, origin: Origin) -> bool:
    """Let the two channels of a call change names: "left is the customer". Doing it
    again undoes it. False when there are not two."""
    with transaction.atomic():
        pair = list(
            transcript.speakers.exclude(channel=None)
            .select_for_update(of=("self",))
            .order_by("channel")
        )
        if len(pair) != 2:
            return False
        pair[0].name, pair[1].name = pair[1].name, pair[0].name
        Speaker.objects.bulk_update(pair, ["name"])
        record(
            AuditAction.EDIT,
            origin,
            transcript.recording.audit_subject,
            what="swap_channels",
        )
    return True


def has_silent_channel(transcript: Transcript) -> bool:
    """Whether both parties may be on one channel of a call."""
    return SILENT_CHANNEL in transcript.notes


def about_speakers(transcript: Transcript, speakers: Iterable[Speaker]) -> str:
    """How the transcript's speakers were found, or why there are none."""
    channels = [speaker.channel for speaker in speakers]
    if any(channel is not None for channel in channels):
        return _("one per channel")
    wanted = SpeakerCount(transcript.job.speakers)
    if NO_SPEAKER_MODEL in transcript.notes:
        found = _("not told apart: there is no speaker model that works")
    elif wanted == SpeakerCount.OFF:
        found = _("not told apart")
    else:
        found = ngettext(
            "%(count)s speaker found", "%(count)s speakers found", len(channels)
        ) % {"count": len(channels)}
    if has_silent_channel(transcript):
        if (transcript.recording.channel_count or 0) > 2:
            silent = _("only one of the lines has speech, which is taken as one track")
        else:
            silent = _("one channel is silent, so the call is taken as one track")
        return pgettext("between phrases", "; ").join((silent, found))
    return found
