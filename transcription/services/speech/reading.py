"""What a finished trial run shows: a table, a drawing, files to take away."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext_lazy

from accounts.models.audit.events import AuditAction
from accounts.services.audit.writing import Origin, record
from accounts.spreadsheets import as_csv
from transcription.exports import Exported, clock
from transcription.models.recordings import Recording
from transcription.models.speech import VadRun
from transcription.services.speech.runs import parameters_of
from transcription.services.transcripts.voices import channel_names

FORMATS: Final = ("csv", "json", "txt")
HEIGHT: Final = 100  # of one lane, in the drawing's units
_MIN_WIDTH: Final = 1_000
_MAX_WIDTH: Final = 20_000
_PER_SECOND: Final = 6
_CHANNEL_COLOURS: Final = 6
_COLUMNS: Final = (
    gettext_lazy("Channel"),
    gettext_lazy("Start"),
    gettext_lazy("End"),
    gettext_lazy("Start (ms)"),
    gettext_lazy("End (ms)"),
    gettext_lazy("Length (ms)"),
    gettext_lazy("Start with padding (ms)"),
    gettext_lazy("End with padding (ms)"),
)


@dataclass(frozen=True, slots=True)
class Region:
    """Speech from ``start_ms`` to ``end_ms``; the recogniser would be handed what lies
    between the padded times. ``name`` is the channel's, empty when there is one."""

    channel: int | None
    name: str
    start_ms: int
    end_ms: int
    padded_start_ms: int
    padded_end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Lane:
    """One channel as SVG paths in units of ``Drawing.width`` × ``HEIGHT``."""

    name: str
    colour: int
    wave: str
    speech: str
    padding: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """``is_long``: wider than a page, so it scrolls."""

    lanes: tuple[Lane, ...]
    width: int
    duration_ms: int

    @property
    def is_long(self) -> bool:
        return self.width > _MIN_WIDTH


def regions_of(run: VadRun) -> list[Region]:
    """In the order of time, the channels merged."""
    names = channel_names(run.recording)
    found = [
        Region(track["channel"], names.get(track["channel"], ""), *region)
        for track in run.tracks
        for region in track["regions"]
    ]
    return sorted(found, key=lambda region: (region.start_ms, region.channel or 0))


def speech_ms(regions: Sequence[Region]) -> int:
    """How much of it is speech; two who speak at once count twice."""
    return sum(region.length_ms for region in regions)


def drawing_of(recording: Recording, run: VadRun | None) -> Drawing | None:
    """The sound with the run's regions over it; None before anything was measured."""
    waveform = (run.waveform if run else None) or recording.waveform
    duration_ms = (run.audio_ms if run else None) or recording.duration_ms
    if not waveform or not duration_ms:
        return None
    wanted = duration_ms * _PER_SECOND // 1000
    width = max(_MIN_WIDTH, min(_MAX_WIDTH, wanted))
    tracks = run.tracks if run else []
    if [track["channel"] for track in tracks] == [None]:  # one voice track for all
        waveform = [[max(peaks) for peaks in zip(*waveform, strict=False)]]
    names = channel_names(recording)
    lanes = []
    for channel, peaks in enumerate(waveform):
        spans = [
            r for t in tracks if (t["channel"] or 0) == channel for r in t["regions"]
        ]
        scale = width / duration_ms
        lanes.append(
            Lane(
                name=names.get(channel, "") if len(waveform) > 1 else "",
                colour=channel % _CHANNEL_COLOURS,
                wave=_wave(peaks, width),
                speech=_boxes([(s[0], s[1]) for s in spans], scale),
                padding=_boxes([(s[2], s[3]) for s in spans], scale),
            )
        )
    return Drawing(tuple(lanes), width, duration_ms)


def export_vad(*, run: VadRun, origin: Origin, fmt: str) -> Exported:
    """A file in one of ``FORMATS``, with its trace in the audit log."""
    regions = regions_of(run)
    match fmt:
        case "csv":
            exported = Exported(_csv(regions), "text/csv; charset=utf-8", fmt)
        case "json":
            content = _json(run, regions)
            exported = Exported(content, "application/json; charset=utf-8", fmt)
        case _:
            exported = Exported(_labels(regions), "text/plain; charset=utf-8", "txt")
    record(
        AuditAction.EXPORT, origin, run.recording.audit_subject, what="vad", format=fmt
    )
    return exported


def _csv(regions: Sequence[Region]) -> bytes:
    rows = [
        (
            region.name,
            clock(region.start_ms),
            clock(region.end_ms),
            region.start_ms,
            region.end_ms,
            region.length_ms,
            region.padded_start_ms,
            region.padded_end_ms,
        )
        for region in regions
    ]
    return as_csv([str(name) for name in _COLUMNS], rows)


def _json(run: VadRun, regions: Sequence[Region]) -> bytes:
    value: dict[str, Any] = {
        "title": run.recording.title,
        "duration_ms": run.audio_ms,
        "parameters": asdict(parameters_of(run)),
        "regions": [asdict(region) for region in regions],
    }
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _labels(regions: Sequence[Region]) -> bytes:
    """A label track as audio editors read it: start, end, text, in seconds."""
    lines = (
        f"{region.start_ms / 1000:.3f}\t{region.end_ms / 1000:.3f}\t"
        f"{region.name} {number}".replace("\t ", "\t")
        for number, region in enumerate(regions, 1)
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _wave(peaks: Sequence[int], width: int) -> str:
    """A shape that is as high as the peaks, above the middle and below it."""
    if not peaks:
        return ""
    step = width / len(peaks)
    middle = HEIGHT / 2
    over = [f"{i * step:.1f} {middle - _high(p):.1f}" for i, p in enumerate(peaks)]
    under = [f"{i * step:.1f} {middle + _high(p):.1f}" for i, p in enumerate(peaks)]
    end = f"{width} {middle:.0f}"
    return f"M{'L'.join([*over, end, *reversed(under)])}Z"


def _high(peak: int) -> float:
    return max(1.0, peak * (HEIGHT - 8) / 200)


def _boxes(spans: Sequence[tuple[int, int]], scale: float) -> str:
    """Rectangles over the whole height; those that would touch are drawn as one."""
    return "".join(
        f"M{start:g} 0H{end:g}V{HEIGHT}H{start:g}Z"
        for start, end in _merged(spans, scale)
    )


def _merged(
    spans: Sequence[tuple[int, int]], scale: float
) -> Iterator[tuple[float, float]]:
    edges = [(round(s * scale, 1), round(e * scale, 1)) for s, e in sorted(spans)]
    if not edges:
        return
    first, last = edges[0]
    for (_start, _end), (start, end) in pairwise(edges):
        if start - last < 0.3:
            last = max(last, end)
            continue
        yield first, max(last, first + 0.3)
        first, last = start, end
    yield first, max(last, first + 0.3)
