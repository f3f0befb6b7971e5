"""``manage.py transcribe``: files in, text out; no server, queue or database."""

import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.services.refusal import Refused
from transcription.engine.base import Engine, EngineError, RecognitionOptions
from transcription.exports import FORMATS, Cue, Document, export
from transcription.models.jobs import SpeakerCount
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.hotwords.rules import (
    HotwordRefused,
    check_hotword,
    sanitise,
)
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.types import (
    ADDED_MARKS,
    NO_SPEAKER_MODEL,
    DecodedAudio,
    PipelineResult,
    PipelineSegment,
)
from transcription.services.jobs.speakers import with_speakers
from transcription.services.media.decoding import decode_limits
from transcription.services.media.text_files import decode_text
from transcription.services.recogniser.holder import Loaded, loaded_engine
from transcription.services.runs.errors import detailed


class Command(BaseCommand):
    """Transcribe files on the command line."""

    help = "Transcribe audio files without server, queue or database."
    requires_system_checks: list[str] = []  # they look at the database and the queue

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--language", choices=("zh", "en", "ja", "auto"))
        parser.add_argument(
            "--hotwords", action="append", default=[], help="a word, or @FILE of words"
        )
        parser.add_argument(
            "--no-itn", action="store_true", help="leave numbers spoken"
        )
        parser.add_argument(
            "--no-punctuation",
            action="store_true",
            help="add none where the recogniser writes none",
        )
        parser.add_argument(
            "--speakers",
            choices=SpeakerCount.values,
            default=SpeakerCount.OFF,
            help="how many voices a recording with one track has; auto finds out",
        )
        parser.add_argument("--format", choices=FORMATS, default="txt")
        parser.add_argument(
            "--output", type=Path, metavar="DIR", help="default: standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        recognition = RecognitionOptions(
            language=options["language"] or "zh",
            use_itn=not options["no_itn"],
            use_punctuation=not options["no_punctuation"],
            hotwords=tuple(self._hotwords(options["hotwords"])),
        )
        try:
            loaded = loaded_engine(recognition.language)
        except EngineError as error:
            raise CommandError(detailed(error.code, error.detail)) from error
        failed = 0
        for path in options["files"]:
            try:
                decoded, result = self._transcribe(
                    path, loaded, recognition, SpeakerCount(options["speakers"])
                )
            except EngineError as error:
                failed += 1
                text = detailed(error.code, error.detail)
                self.stderr.write(f"{path}: {text} [{error.code}]")
                continue
            except OSError as error:
                failed += 1
                self.stderr.write(f"{path}: {error.strerror}")
                continue
            document = _document(path, decoded, result, loaded.engine)
            self._write(path, export(options["format"], document).content, options)
        if failed:
            raise CommandError(
                _("%(failed)d of %(total)d files could not be transcribed.")
                % {"failed": failed, "total": len(options["files"])}
            )

    def _hotwords(self, values: Iterable[str]) -> list[str]:
        words: list[str] = []
        for value in values:
            if value.startswith("@"):
                words += _lines(Path(value[1:]))
            else:
                words.append(value)
        for word in words:
            try:
                check_hotword(word)
            except HotwordRefused as refusal:
                self.stderr.write(f"{word!r}: {refusal.code}")
        return sanitise(words)

    def _transcribe(
        self,
        path: Path,
        loaded: Loaded,
        options: RecognitionOptions,
        speakers: SpeakerCount,
    ) -> tuple[DecodedAudio, PipelineResult]:
        limits = decode_limits()
        with tempfile.TemporaryDirectory(prefix="shengwen-") as folder:
            decoded = decode_file(path, Path(folder), limits, wants_playback=False)
            setup = RunSetup(
                loaded.engine, loaded.vad, options, punctuator=loaded.punctuator
            )
            result = transcribe(decoded, setup)
            result = with_speakers(decoded, result, speakers, on_wait=lambda: None)
        if NO_SPEAKER_MODEL in result.notes:
            self.stderr.write(
                f"{path}: no speaker model works here; `manage.py models install "
                "embedded` brings one"
            )
        return decoded, result

    def _write(self, path: Path, content: bytes, options: dict[str, Any]) -> None:
        folder: Path | None = options["output"]
        if folder is None:
            if len(options["files"]) > 1:
                self.stderr.write(f"{path}:")
            self.stdout.write(content.decode("utf-8"), ending="")
            return
        folder.mkdir(parents=True, exist_ok=True)
        # The whole name stays: a.wav and a.mp3 in one call are two files.
        target = folder / f"{path.name}.{options['format']}"
        target.write_bytes(content)
        self.stderr.write(str(target))


def _lines(path: Path) -> list[str]:
    try:
        text = decode_text(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except Refused as refusal:
        raise CommandError(f"{path}: {refusal.sentence}") from refusal
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _speaker(segment: PipelineSegment) -> str:
    if segment.channel is not None:
        return _("Channel %(number)d") % {"number": segment.channel + 1}
    if segment.voice is not None:
        return _("Speaker %(number)s") % {"number": segment.voice + 1}
    return ""


def _document(
    path: Path, decoded: DecodedAudio, result: PipelineResult, engine: Engine
) -> Document:
    return Document(
        title=path.name,
        language=result.language,
        duration_ms=decoded.duration_ms,
        engine=engine.facts.name,
        model=engine.facts.model_name,
        punctuation=result.punctuation,
        has_added_marks=result.punctuation in ADDED_MARKS,
        cues=tuple(
            Cue(
                start_ms=segment.start_ms,
                end_ms=segment.end_ms,
                speaker=_speaker(segment),
                text_raw=segment.text_raw,
                text=segment.text,
                words=segment.words,
            )
            for segment in result.segments
        ),
    )
