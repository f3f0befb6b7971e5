"""When the packets of an Ogg page are, on which a recorder was paused.

Only the end of a page has a time. FFmpeg counts back from it, and what was said before
a pause comes behind it. A muxer closes a page with the first packet behind a pause: a
page that is shorter than others has its pause before its last packet.
"""

from typing import Any, Final

from transcription.pipeline.audio.decoder.times.clock import Speed

_USUAL_SECONDS: Final = 1.0  # of FFmpeg's and of most others'
_JITTER_SECONDS: Final = 0.1
_PACKET_IN_A_PAGE: Final = 0.1  # pages end with packets, not with seconds
_MOST_PACKETS: Final = 2_000  # held at once; a page has 255


class OggPages:
    """Of one sound track: takes packets in their order and gives back pages."""

    def __init__(self, time_base: float) -> None:
        self._time_base = time_base
        self._page: list[Any] = []
        self._usual = 0.0
        self.speed = Speed(_PACKET_IN_A_PAGE)

    def take(self, packet: Any) -> list[Any]:
        """Packets that are ready. Raises ``ClockIsWrongError``."""
        last = self._page[-1] if self._page else None
        is_same = last is not None and packet.size and packet.pos == last.pos
        if is_same and len(self._page) < _MOST_PACKETS:
            self._page.append(packet)
            return []
        ready = self.finish()
        if not packet.size:  # the end
            return [*ready, packet]
        self._page = [packet]
        return ready

    def finish(self) -> list[Any]:
        """The page so far. Raises ``ClockIsWrongError``."""
        page, self._page = self._page, []
        if not page or any(packet.pts is None for packet in page):
            return page
        length = sum(packet.duration or 0 for packet in page)
        first, last = page[0].pts, page[-1]
        seconds = length * self._time_base
        gap = (last.pts + (last.duration or 0) - first - length) * self._time_base
        usual = self._usual or _USUAL_SECONDS
        if self._usual:  # the first page's beginning is counted back from its end
            self.speed.add(first * self._time_base, seconds)
        self._usual = max(self._usual, seconds)
        if gap > _JITTER_SECONDS and seconds < usual - last.duration * self._time_base:
            for packet in page[:-1]:
                packet.pts = packet.dts = first
                first += packet.duration or 0
        return page
