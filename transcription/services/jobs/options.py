"""What people choose when they order a transcription."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from transcription.models.jobs import SpeakerCount


@dataclass(frozen=True, slots=True)
class UploadOptions:
    """``hotword_list_uuids=None`` means all enabled lists of the department."""

    language: str
    use_itn: bool
    use_punctuation: bool = True
    hotword_list_uuids: tuple[UUID, ...] | None = None
    extra_hotwords: tuple[str, ...] = ()
    speakers: str = SpeakerCount.OFF
    # How speech is cut; ``None``: as the department has kept it.
    vad: Mapping[str, int] | None = None
    # Whoever ordered it is told when it has ended; not of what a program orders.
    notifies: bool = True
    # Behind what the department's people send: an import brings thousands.
    is_background: bool = False


@dataclass(frozen=True, slots=True)
class CallDetails:
    """What is known about a call besides its sound; all of it may be missing. The agent
    is a member, named as ``recordings.agents`` offers them, or anybody else's name.
    ``is_private=None`` leaves it as it is: as the department wants it, in a new one."""

    title: str = ""
    agent: str = ""
    phone_number: str = ""
    direction: str = ""
    recorded_at: datetime | None = None
    tags: tuple[str, ...] = ()
    is_private: bool | None = None
