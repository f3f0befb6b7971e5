"""A transcript as a file: TXT, SRT, VTT, CSV or JSON.

Functions over plain values, in the reader's language. The page's download and the
command line hand in a ``Document`` and get bytes, so that a file looks the same
wherever it comes from.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.spreadsheets import as_csv
from transcription.engine.base import Word

FORMATS = ("txt", "srt", "vtt", "csv", "json")

# XML-ish control characters: no subtitle player or spreadsheet wants them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_BREAKS = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")


@dataclass(frozen=True, slots=True)
class Cue:
    """One segment, with the engine's words where it gave any."""

    start_ms: int
    end_ms: int
    speaker: str
    text_raw: str
    text: str
    words: Sequence[Word] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A transcript and what is known about it. ``punctuation`` is where the marks in
    ``Cue.text`` come from, as the API says it; those of ``Cue.text_raw`` are the
    engine's."""

    title: str
    language: str = ""
    duration_ms: int | None = None
    created_at: datetime | None = None
    engine: str = ""
    model: str = ""
    punctuation: str = ""
    has_added_marks: bool = False
    cues: Sequence[Cue] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished file. ``extension`` has no dot."""

    content: bytes
    content_type: str
    extension: str


class UnknownFormat(ValueError):
    """Somebody asked for a format that is not in ``FORMATS``."""


def export(fmt: str, document: Document, *, raw: bool = False) -> Exported:
    """The document in one of ``FORMATS``; ``UnknownFormat`` for any other.

    With ``raw``, TXT, SRT and VTT carry the engine's own words in place of the
    normalised text. CSV and JSON always carry both.
    """
    try:
        write, content_type = _WRITERS[fmt]
    except KeyError:
        raise UnknownFormat(fmt) from None
    return Exported(write(document, raw), content_type, fmt)


def clock(ms: int, separator: str = ".") -> str:
    """``HH:MM:SS.mmm``; hours grow past 99 when they must."""
    seconds, milliseconds = divmod(max(ms, 0), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{separator}{milliseconds:03}"


def _one_line(text: str) -> str:
    """Without line breaks: a blank line would end a subtitle in the middle."""
    return _LINE_BREAKS.sub(" ", _CONTROLS.sub("", text)).strip()


def _spoken(cue: Cue, raw: bool) -> str:
    return _one_line(cue.text_raw if raw else cue.text)


def _about_marks(document: Document, raw: bool) -> str:
    """A sentence where nobody said or wrote the marks that the file shows."""
    if raw or not document.has_added_marks:
        return ""
    return _("Punctuation was added automatically")


def _text(document: Document, raw: bool) -> bytes:
    lines = [_one_line(document.title)]
    facts = []
    if document.created_at:
        facts.append(document.created_at.strftime("%Y-%m-%d %H:%M"))
    if document.duration_ms is not None:
        facts.append(clock(document.duration_ms)[:8])
    if facts:
        lines.append(" · ".join(facts))
    if about_marks := _about_marks(document, raw):
        lines.append(about_marks)
    for cue in document.cues:
        head = f"[{clock(cue.start_ms)[:8]} – {clock(cue.end_ms)[:8]}]"
        speaker = _one_line(cue.speaker)
        lines += ["", f"{head} {speaker}".rstrip(), _spoken(cue, raw)]
    return ("\n".join(lines) + "\n").encode()


def _subtitles(document: Document, raw: bool) -> list[tuple[Cue, int, str]]:
    """Cues with something to show, each with an end after its start."""
    found = [(cue, _spoken(cue, raw)) for cue in document.cues]
    return [
        (cue, max(cue.end_ms, cue.start_ms + 1), said) for cue, said in found if said
    ]


def _srt(document: Document, raw: bool) -> bytes:
    blocks, colon = [], pgettext("after a name", ": ")
    for number, (cue, end_ms, said) in enumerate(_subtitles(document, raw), 1):
        times = f"{clock(cue.start_ms, ',')} --> {clock(end_ms, ',')}"
        speaker = _one_line(cue.speaker)
        # An arrow in the text would look like a time line to simple players.
        line = f"{speaker}{colon}{said}" if speaker else said
        blocks.append(f"{number}\n{times}\n{line.replace('-->', '→')}\n")
    return "\n".join(blocks).encode()


def _vtt_escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _vtt(document: Document, raw: bool) -> bytes:
    notes = (_one_line(document.title), _about_marks(document, raw))
    blocks = ["WEBVTT\n", *(f"NOTE {_vtt_escape(note)}\n" for note in notes if note)]
    for number, (cue, end_ms, said) in enumerate(_subtitles(document, raw), 1):
        times = f"{clock(cue.start_ms)} --> {clock(end_ms)}"
        speaker = _vtt_escape(_one_line(cue.speaker))
        voice = f"<v {speaker}>" if speaker else ""
        blocks.append(f"{number}\n{times}\n{voice}{_vtt_escape(said)}\n")
    return "\n".join(blocks).encode()


def _csv(document: Document, raw: bool) -> bytes:
    rows = [
        (
            *(clock(cue.start_ms), clock(cue.end_ms)),
            *(_CONTROLS.sub("", s) for s in (cue.speaker, cue.text_raw, cue.text)),
        )
        for cue in document.cues
    ]
    header = (_("Start"), _("End"), _("Speaker"), _("As spoken"), _("Normalised"))
    return as_csv(header, rows)


def _json(document: Document, raw: bool) -> bytes:
    created_at = document.created_at.isoformat() if document.created_at else None
    value = {
        "title": document.title,
        "language": document.language,
        "duration_ms": document.duration_ms,
        "created_at": created_at,
        "engine": document.engine,
        "model": document.model,
        "punctuation": document.punctuation,
        "segments": [
            {
                "start_ms": cue.start_ms,
                "end_ms": cue.end_ms,
                "speaker": cue.speaker,
                "text_raw": cue.text_raw,
                "text": cue.text,
                "words": [_word(word) for word in cue.words],
            }
            for cue in document.cues
        ],
    }
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _word(word: Word) -> dict[str, object]:
    return {
        "text": word.text,
        "start_ms": word.start_ms,
        "end_ms": word.end_ms,
        "confidence": word.confidence,
    }


_WRITERS: dict[str, tuple[Callable[[Document, bool], bytes], str]] = {
    "txt": (_text, "text/plain; charset=utf-8"),
    "srt": (_srt, "application/x-subrip; charset=utf-8"),
    "vtt": (_vtt, "text/vtt; charset=utf-8"),
    "csv": (_csv, "text/csv; charset=utf-8"),
    "json": (_json, "application/json; charset=utf-8"),
}
