"""Where on the container's timeline a piece of sound belongs.

A recorder is paused, packets are lost, the sound of a film begins after its picture:
the file's clock says so and the number of samples does not.
"""

from dataclasses import dataclass, field
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


# A clock that runs at another speed than the sound does so all the time, and no piece
# follows the one before. Lost packets leave pieces that do.
_BLOCK_SECONDS: Final = 0.5
_FEWEST_BLOCKS: Final = 3
_BLOCKS_TO_KNOW: Final = 20
_LEAST_DEVIATION: Final = 0.04
_MOST_SPEED: Final = 6.0  # telephones that send nothing in pauses come to 8 and 20
_MOST_IN_TIME_SHARE: Final = 0.05


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
class Speed:
    """How fast the clock runs, by the sound: 1 where a piece follows the other. It is
    the same all along where that of any half a second differs by a share of up to
    ``tolerance``."""

    tolerance: float = 0.03
    _last: tuple[float, float] | None = None
    _block: tuple[float, float] = (0.0, 0.0)  # by the clock, by the sound
    _blocks: list[float] = field(default_factory=list)
    _steps: list[float] = field(default_factory=list)

    def add(self, at: float | None, seconds: float) -> None:
        """A piece of so much sound. Raises ``ClockIsWrongError``."""
        if len(self._blocks) >= _BLOCKS_TO_KNOW:
            return
        if at is not None and self._last is not None and self._last[1] > 0:
            step, sound = at - self._last[0], self._last[1]
            self._steps.append(step / sound)
            by_clock, by_sound = self._block
            self._block = (by_clock + step, by_sound + sound)
            if self._block[1] >= _BLOCK_SECONDS:
                self._blocks.append(self._block[0] / self._block[1])
                self._block = (0.0, 0.0)
                if len(self._blocks) == _BLOCKS_TO_KNOW:
                    self.judge()
        self._last = None if at is None else (at, seconds)

    def judge(self) -> None:
        """Raises ``ClockIsWrongError``."""
        if len(self._blocks) < _FEWEST_BLOCKS:
            return
        speed = sorted(self._blocks)[len(self._blocks) // 2]
        off = abs(speed - 1)
        if off <= _LEAST_DEVIATION or speed > _MOST_SPEED:
            return
        is_constant = all(
            abs(block - speed) <= self.tolerance * speed for block in self._blocks
        )
        in_time = sum(abs(step - 1) < off / 2 for step in self._steps)
        if is_constant and in_time <= len(self._steps) * _MOST_IN_TIME_SHARE:
            raise ClockIsWrongError


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
    is_followed: bool = False  # all along
    _shift: float = 0.0
    _lost: float = 0.0
    _has_lost: bool = False
    _kept: float = 0.0  # seconds of sound
    _dropped: float = 0.0
    _filled: float = 0.0  # the last gap
    _returns: int = 0
    _speed: Speed = field(default_factory=Speed)

    def __post_init__(self) -> None:
        self.is_followed = self.timing in (Timing.FROM_FIRST, Timing.FROM_ZERO)
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

    def advance(self, seconds: float, at: float | None = None) -> None:
        """So much sound was kept; ``at`` by the container. Raises
        ``ClockIsWrongError``."""
        self.position += seconds
        self._kept += seconds
        if self.is_followed:
            self._speed.add(at, seconds)

    def finish(self) -> None:
        """Raises ``ClockIsWrongError``."""
        self._speed.judge()

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
        if at is None or not (is_start or self.is_followed):
            return self._lost
        return at + self._shift - self.position
