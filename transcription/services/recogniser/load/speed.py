"""How fast the recogniser was, hour by hour or day by day, from the stored jobs."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.utils import timezone

from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobState
from transcription.services.recogniser.load.machine_time import (
    MachineWork,
    machine_real_time_factor,
)

SPANS: Final = ("day", "month")
MAX_JOBS: Final = 50_000  # the newest; a busy month has more, and its end is enough
# A chart that ends below this would make noise look like news.
_LEAST_TOP: Final = 0.1


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour or a day: how many jobs ended in it and the machine's RTF with them; None
    without any."""

    start: datetime
    jobs: int
    audio_ms: int
    real_time_factor: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A slot as a chart draws it: percent of its width and height."""

    slot: Slot
    x: float
    width: float
    y: float
    height: float
    has_label: bool


@dataclass(frozen=True, slots=True)
class Speed:
    """``model`` of ``models`` (the most used first) over one of ``SPANS``; ``top`` is
    the RTF at the chart's upper edge."""

    span: str
    model: str
    models: tuple[str, ...]
    slots: tuple[Slot, ...]
    bars: tuple[Bar, ...]
    top: float

    @property
    def used(self) -> tuple[Slot, ...]:
        """The slots with jobs, the newest first."""
        return tuple(slot for slot in reversed(self.slots) if slot.jobs)


def speed_over_time(span: str, model: str = "") -> Speed:
    """The last 24 hours, or 30 days. Another ``model`` than one of these gives the
    most used."""
    starts = _starts(span)
    rows = (
        TranscriptionJob.objects.filter(
            state=JobState.SUCCEEDED,
            finished_at__gte=starts[0],
            audio_ms__gt=0,
            processing_ms__isnull=False,
        )
        .order_by("-finished_at")
        .values_list("finished_at", "model_name", "audio_ms", "processing_ms")
    )[:MAX_JOBS]
    by_model: dict[str, list[MachineWork]] = defaultdict(list)
    for finished_at, name, audio_ms, processing_ms in rows:
        if finished_at and audio_ms and processing_ms is not None:
            by_model[name].append(MachineWork(finished_at, audio_ms, processing_ms))
    models = tuple(sorted(by_model, key=lambda name: (-len(by_model[name]), name)))
    if model not in by_model:
        model = models[0] if models else ""
    slots = _slots(starts, by_model.get(model, []))
    factors = [slot.real_time_factor for slot in slots if slot.real_time_factor]
    top = max([_LEAST_TOP, *factors]) * 1.1
    return Speed(span, model, models, slots, _bars(slots, top), top)


def _starts(span: str) -> list[datetime]:
    """The beginnings of the slots, in the company's time zone."""
    now = timezone.localtime()
    if span == "month":
        today = now.date()
        days = [today - timedelta(days=n) for n in reversed(range(30))]
        return [timezone.make_aware(datetime(d.year, d.month, d.day)) for d in days]
    hour = now.replace(minute=0, second=0, microsecond=0)
    return [hour - timedelta(hours=n) for n in reversed(range(24))]


def _slots(starts: list[datetime], works: list[MachineWork]) -> tuple[Slot, ...]:
    edges = [start.timestamp() for start in starts]
    ended: dict[int, list[MachineWork]] = defaultdict(list)
    for work in works:
        at = int(np.searchsorted(edges, work.finished_at.timestamp(), "right")) - 1
        ended[at].append(work)
    return tuple(
        Slot(
            start=start,
            jobs=len(ended[at]),
            audio_ms=sum(work.audio_ms for work in ended[at]),
            real_time_factor=machine_real_time_factor(ended[at]),
        )
        for at, start in enumerate(starts)
    )


def _bars(slots: tuple[Slot, ...], top: float) -> tuple[Bar, ...]:
    step = 100 / len(slots)
    every = len(slots) // 6
    return tuple(
        Bar(
            slot=slot,
            x=round(at * step + step * 0.15, 3),
            width=round(step * 0.7, 3),
            y=round(100 - height, 3),
            height=round(height, 3),
            has_label=at % every == 0,
        )
        for at, slot in enumerate(slots)
        for height in [100 * (slot.real_time_factor or 0) / top]
    )
