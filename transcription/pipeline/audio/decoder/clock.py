"""Where on the container's timeline a piece of sound belongs.

A recorder is paused, packets are lost, the sound of a film begins after its picture:
the file's clock says so and the number of samples does not.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

# Encoders round their times and buffer: less is no gap. Far below what people notice
# (0.2 s), and far above what would tear silence into words.
_JITTER_SECONDS: Final = 0.1
# Sound has been recorded: it is given up later than silence is put in.
_OVERLAP_SECONDS: Final = 0.15
_JITTER_AFTER_LOSS_SECONDS: Final = 0.005
# Nobody pauses longer; a clock that jumps further is broken.
LONGEST_GAP_SECONDS: Final = 3600.0
# A stream that goes back further begins anew (Ogg files joined byte by byte).
_LONGEST_OVERLAP_SECONDS: Final = 0.5
# A clock that takes more of the sound away (one that stands still, or counts in other
# units), or goes back so often into silence that it asked for, is wrong altogether.
_MOST_DROPPED_SECONDS: Final = 1.0
_MOST_DROPPED_SHARE: Final = 0.1
_MOST_RETURNS: Final = 2


class ClockIsWrongError(Exception):
    """Nothing in the file lies where its clock says: read it without."""


class Timing(Enum):
    """What the times of a container are worth."""

    IGNORED = "ignored"  # sound lies side by side, whatever is lost between
    NONE = "none"  # made from the bytes by the demuxer
    START = "start"  # as NONE, but sound may begin late
    FROM_FIRST = "from first"  # from the first sound or picture on
    FROM_ZERO = "from zero"


_TIMING: Final = {
    "mp4": Timing.FROM_ZERO,
    "matroska": Timing.FROM_ZERO,
    "ogg": Timing.FROM_FIRST,
    "asf": Timing.FROM_FIRST,
    "avi": Timing.START,
}


def timing_of(media_format: str) -> Timing:
    return _TIMING.get(media_format, Timing.NONE)


@dataclass(slots=True)
class Clock:
    """How long the sound of one track is so far, and what is missing before the next.

    ``origin`` is when the container begins, in seconds of its own clock.
    """

    timing: Timing
    origin: float = 0.0
    position: float = 0.0
    has_moved: bool = False  # sound is where the samples alone would not put it
    is_broken: bool = False
    _shift: float = 0.0
    _lost: float = 0.0
    _has_lost: bool = False
    _kept: float = 0.0  # seconds of sound
    _dropped: float = 0.0
    _filled: float = 0.0  # the last gap
    _returns: int = 0
    _is_followed: bool = False

    def __post_init__(self) -> None:
        self._is_followed = self.timing in (Timing.FROM_FIRST, Timing.FROM_ZERO)
        if self.timing in (Timing.FROM_FIRST, Timing.START):
            self._shift = -self.origin

    def lose(self, seconds: float) -> None:
        """A packet of so much sound could not be decoded."""
        self._lost += seconds
        self._has_lost = True

    def gap(self, at: float | None) -> float:
        """Seconds of silence to come before sound at ``at``; less than nothing is how
        much of that sound has no place. Counts them as done. Raises
        ``ClockIsWrongError``."""
        gap = 0.0 if self.timing is Timing.IGNORED else self._missing(at)
        jitter = _JITTER_AFTER_LOSS_SECONDS if self._has_lost else _JITTER_SECONDS
        self._lost, self._has_lost = 0.0, False
        if gap > LONGEST_GAP_SECONDS:
            self.is_broken = True
        if not -_LONGEST_OVERLAP_SECONDS <= gap <= LONGEST_GAP_SECONDS:
            self._shift -= gap
            self._judge_return(-gap)
            return 0.0
        if -_OVERLAP_SECONDS <= gap <= jitter:
            return 0.0
        self.has_moved = True
        self.position += gap
        if gap > 0:
            self._filled = gap
        else:
            self._judge_drop(-gap)
        return gap

    def advance(self, seconds: float) -> None:
        """So much sound was kept."""
        self.position += seconds
        self._kept += seconds

    def _judge_return(self, seconds: float) -> None:
        if 0 < seconds <= self._filled + _LONGEST_OVERLAP_SECONDS and self._filled:
            self._filled = 0.0
            self._returns += 1
            if self._returns > _MOST_RETURNS:
                raise ClockIsWrongError

    def _judge_drop(self, seconds: float) -> None:
        self._dropped += seconds
        most = max(_MOST_DROPPED_SECONDS, self._kept * _MOST_DROPPED_SHARE)
        if self._dropped > most:
            raise ClockIsWrongError

    def _missing(self, at: float | None) -> float:
        is_start = self.timing is Timing.START and self.position == 0.0
        if at is None or not (is_start or self._is_followed):
            return self._lost
        return at + self._shift - self.position
