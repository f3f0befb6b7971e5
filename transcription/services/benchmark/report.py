"""The benchmark in words that a buyer can read."""

import textwrap
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transcription.services.benchmark.run import Benchmark, Throughput
from transcription.services.recogniser.words import (
    device_name,
    engine_title,
    language_list,
)

_WIDTH = 84


def report(found: Benchmark) -> str:
    """A page of text in the active language."""
    sections = (
        (_("Machine"), _machine(found)),
        (_("Recogniser"), _engine(found)),
        (_("Speed"), _speed(found)),
        (_("Waiting time"), _waiting(found)),
        (_("Memory"), _memory(found)),
    )
    lines = [_("Shengwen benchmark"), "=" * _WIDTH]
    for title, rows in sections:
        lines += ["", title, "-" * _WIDTH, *_table(list(rows))]
    lines += ["", *_wrapped(_verdict(found)), "", *_wrapped(_small_print(found))]
    return "\n".join(lines) + "\n"


def _machine(found: Benchmark) -> Iterator[tuple[str, str]]:
    machine = found.machine
    yield _("Measured at"), f"{found.at:%Y-%m-%d %H:%M} UTC"
    yield _("Operating system"), machine.system
    yield _("Processor"), machine.cpu
    yield _("Cores"), str(machine.cores)
    yield _("Memory"), _gigabytes(machine.memory_bytes)
    yield _("Graphics card"), "; ".join(machine.gpus) or _("none")


def _engine(found: Benchmark) -> Iterator[tuple[str, str]]:
    yield _("Engine"), engine_title(found.engine)
    yield _("Model"), found.model
    yield _("Runs on"), device_name(found.device)
    yield _("Language"), language_list([found.language])
    yield _("Threads of a worker"), str(found.threads)
    yield _("Recordings at once in a worker"), str(found.at_once)
    yield _("Loading"), _seconds(found.load_seconds)


def _speed(found: Benchmark) -> Iterator[tuple[str, str]]:
    yield _("One recording at a time"), _rate(found.single)
    count = found.together.workers
    label = ngettext("%(count)s worker at once", "%(count)s workers at once", count) % {
        "count": count
    }
    yield label, _rate(found.together)
    yield (
        _("Recordings per day"),
        _("%(hours)s hours") % {"hours": f"{found.together.hours_a_day:,.0f}"},
    )


def _waiting(found: Benchmark) -> Iterator[tuple[str, str]]:
    yield _("Clip of 5 seconds, usually"), f"{_seconds(found.latency_p50)} (p50)"
    yield _("Clip of 5 seconds, 19 of 20"), f"{_seconds(found.latency_p95)} (p95)"


def _memory(found: Benchmark) -> Iterator[tuple[str, str]]:
    yield _("Peak of one worker"), _gigabytes(found.process_bytes)
    if found.gpu_bytes is not None:
        yield _("Peak on the graphics card"), _gigabytes(found.gpu_bytes)


def _verdict(found: Benchmark) -> str:
    hours = found.together.hours_a_day
    return _(
        "This machine transcribes about %(hours)s hours of recordings a day when it "
        "works around the clock: some %(calls)s calls of five minutes."
    ) % {"hours": f"{hours:,.0f}", "calls": f"{hours * 12:,.0f}"}


def _small_print(found: Benchmark) -> str:
    text = _(
        "RTF is processing time divided by length; smaller is faster. Load: "
        "%(files)s, from the file's bytes to normalised text. Waiting times are "
        "without a queue. This measures speed, not accuracy."
    ) % {"files": ", ".join(found.files)}
    if found.machine.load > found.machine.cores / 4:
        text += " " + _(
            "Other programs kept the machine busy meanwhile (load %(load)s): alone it "
            "is faster."
        ) % {"load": f"{found.machine.load:.1f}"}
    return text


def _rate(throughput: Throughput) -> str:
    return _("RTF %(factor)s (%(speed)s× real time)") % {
        "factor": f"{throughput.real_time_factor:.3f}",
        "speed": f"{throughput.audio_per_second:.1f}",
    }


def _seconds(seconds: float) -> str:
    return _("%(seconds)s s") % {"seconds": f"{seconds:.2f}"}


def _gigabytes(count: int) -> str:
    return f"{count / 2**30:.1f} GB"


def _table(rows: list[tuple[str, str]]) -> Iterator[str]:
    longest = max(_columns(label) for label, _value in rows)
    for label, value in rows:
        yield f"  {label}{' ' * (longest - _columns(label))}  {value}"


def _wrapped(text: str) -> list[str]:
    if text.isascii() or _columns(text) < 1.3 * len(text):
        return textwrap.wrap(text, _WIDTH)
    lines = [""]  # Chinese breaks anywhere
    for letter in text:
        if _columns(lines[-1]) >= _WIDTH - 2 and letter not in "，。；：）、":
            lines.append("")
        lines[-1] += letter
    return lines


def _columns(text: str) -> int:
    """How wide a terminal shows it: Chinese characters take two columns."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
