"""What a draft can be for, and by which key it is found again."""

from dataclasses import dataclass

from accounts.models.departments import Department
from transcription.models.drafts import DraftKind
from transcription.models.hotwords.lists import Hotword, HotwordList
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of a department that is edited in one form."""

    department: Department
    kind: DraftKind
    key: str


def segment_thing(segment: Segment) -> Thing:
    """A sentence, as somebody corrects it."""
    recording = segment.transcript.recording
    key = f"{recording.uuid}/{segment.pk}"
    return Thing(segment.transcript.department, DraftKind.SEGMENT, key)


def recording_thing(recording: Recording) -> Thing:
    """A recording's title, call details and tags."""
    return Thing(recording.department, DraftKind.RECORDING, str(recording.uuid))


def list_thing(hotword_list: HotwordList) -> Thing | None:
    """A department's list as one text. The company's lists are of no department: what
    is typed into one is kept in the browser alone."""
    if hotword_list.department is None:
        return None
    key = str(hotword_list.uuid)
    return Thing(hotword_list.department, DraftKind.HOTWORD_LIST, key)


def word_thing(hotword: Hotword) -> Thing | None:
    """A word of a department's list and how else people say it."""
    hotword_list = hotword.hotword_list
    if hotword_list.department is None:
        return None
    key = f"{hotword_list.uuid}/{hotword.pk}"
    return Thing(hotword_list.department, DraftKind.HOTWORD, key)
