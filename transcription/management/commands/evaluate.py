"""``manage.py evaluate``: how good the engine is on a reference set, with hotwords."""

import json
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models.departments import Department
from accounts.services.refusal import Refused
from transcription.engine.base import (
    EngineError,
    EngineFacts,
    ErrorCode,
    VoiceActivityDetector,
)
from transcription.evaluation.measure import ClipRecogniser
from transcription.evaluation.report import as_json, table
from transcription.evaluation.sets.clips import Clip, decoder
from transcription.evaluation.sets.folders import (
    FolderProblem,
    FolderRefused,
    clips_in,
)
from transcription.evaluation.sets.silence import silent_clips
from transcription.evaluation.sizes import SizeResult, at_sizes
from transcription.pipeline.audio.vad import Joining
from transcription.pipeline.hotwords.rules import sanitise
from transcription.services.evaluation.saving import clips_of, find_set, save_result
from transcription.services.media.text_files import decode_text
from transcription.services.recogniser.detectors import cutting
from transcription.services.recogniser.holder import Loaded, loaded_engine
from transcription.services.runs.errors import detailed
from transcription.services.speech.settings import vad_for_jobs

_PROBLEMS = {
    FolderProblem.NOT_A_FOLDER: "There is no folder {}.",
    FolderProblem.EMPTY: "There are no clips with known text in {}.",
    FolderProblem.BAD_MANIFEST: "A manifest cannot be read: {}.",
    FolderProblem.FILE_MISSING: "The manifest names a file that is not there: {}.",
}


class Command(BaseCommand):
    help = (
        "Recognise folders of audio with known text, or a department's reference set, "
        "and print CER, hotword recall and false insertions, with hotword libraries of "
        "several sizes. See docs/evaluation.md."
    )
    requires_system_checks: list[str] = []  # they look at the database and the queue

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--set", metavar="DEPARTMENT/NAME", help="instead of FOLDER"
        )
        parser.add_argument(
            "--save", action="store_true", help="keep the runs with the --set"
        )
        parser.add_argument(
            "--cut-as",
            metavar="DEPARTMENT",
            help="cut speech of a FOLDER as this department's jobs do; a --set is cut "
            "as its own department's are",
        )
        parser.add_argument("--engine", default=settings.ENGINE)
        parser.add_argument("--language", choices=("zh", "en", "ja"), default="zh")
        parser.add_argument("--hotwords", type=Path, metavar="FILE", help="one a line")
        parser.add_argument(
            "--sizes",
            nargs="+",
            type=_size,
            metavar="N",
            help="library sizes, filled up with made-up words; default: 0 and the list",
        )
        parser.add_argument("--seed", type=int, default=0, help="of the made-up words")
        parser.add_argument(
            "--silence", action="store_true", help="also four-second silences and noise"
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="every clip")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["folders"]) == bool(options["set"]):
            raise CommandError("Name folders, or a set with --set.")
        if options["save"] and not options["set"]:
            raise CommandError("Only runs over a --set can be saved.")
        if options["cut_as"] and options["set"]:
            raise CommandError("A --set is cut as its own department's jobs are.")
        if not options["set"]:
            vad = self._vad_of(options["cut_as"]) if options["cut_as"] else {}
            self._evaluate(self._clips(options), vad, options)
            return
        reference_set = find_set(options["set"])
        if reference_set is None:
            raise CommandError(f"There is no set {options['set']}.")
        vad = vad_for_jobs(reference_set.department)
        with clips_of(reference_set) as (items, clips):
            engine, results, words = self._evaluate(clips, vad, options)
            for result in results if options["save"] else ():
                run = save_result(
                    reference_set=reference_set,
                    items=items,
                    result=result,
                    facts=engine,
                    evaluated=words,
                    vad=vad,
                )
                self.stdout.write(f"saved as {run.uuid}")

    def _vad_of(self, slug: str) -> dict[str, int]:
        department = Department.objects.filter(slug=slug).first()
        if department is None:
            raise CommandError(f"There is no department {slug}.")
        return vad_for_jobs(department)

    def _evaluate(
        self, clips: list[Clip], vad: dict[str, int], options: dict[str, Any]
    ) -> tuple[EngineFacts, list[SizeResult], list[str]]:
        words = self._words(options["hotwords"])
        sizes = options["sizes"] or sorted({0, len(words)})
        language = options["language"]
        results: list[SizeResult] = []
        with decoder() as files, tempfile.TemporaryDirectory() as folder:
            try:
                loaded = loaded_engine(language, options["engine"])
                engine = loaded.engine
                clips = self._in_its_languages(engine.facts, clips)
                if options["silence"]:
                    clips += silent_clips(Path(folder), language=language)
                detector, joining = self._cutting(loaded, vad)
                recogniser = ClipRecogniser(
                    engine,
                    detector,
                    files,
                    joining=joining,
                    punctuator=loaded.punctuator,
                )
                for result in at_sizes(
                    recogniser,
                    clips,
                    words,
                    sizes,
                    seed=options["seed"],
                    language=language,
                ):
                    results.append(result)
                    self.stderr.write(f"{result.size}: {result.summary.cer:.2f} %")
            except EngineError as error:
                raise CommandError(detailed(error.code, error.detail)) from error
        self._print(engine.facts.model_name, results, words)
        if options["json"]:
            text = json.dumps(as_json(results), ensure_ascii=False, indent=1)
            options["json"].write_text(text, "utf-8")
        return engine.facts, results, words

    def _cutting(
        self, loaded: Loaded, vad: dict[str, int]
    ) -> tuple[VoiceActivityDetector, Joining | None]:
        own = cutting(vad)
        if own is None:
            return loaded.vad, None
        values = ", ".join(f"{name} {value}" for name, value in vad.items())
        self.stdout.write(f"speech cut as the department has it: {values}")
        return own

    def _in_its_languages(self, facts: EngineFacts, clips: list[Clip]) -> list[Clip]:
        """Those that the engine can be asked about; says how many are not."""
        recognised = [clip for clip in clips if clip.language in facts.languages]
        if clips and not recognised:
            raise EngineError(ErrorCode.LANGUAGE_UNSUPPORTED, facts.model_name)
        if left_out := len(clips) - len(recognised):
            self.stderr.write(
                f"{left_out} of {len(clips)} clips are in a language that "
                f"{facts.model_name} does not speak and are left out"
            )
        return recognised

    def _clips(self, options: dict[str, Any]) -> list[Clip]:
        try:
            return [
                clip
                for folder in options["folders"]
                for clip in clips_in(folder, language=options["language"])
            ]
        except FolderRefused as refused:
            problem = _PROBLEMS[refused.code].format(refused.detail)
            raise CommandError(f"{problem} ({refused.code})") from refused

    def _words(self, path: Path | None) -> list[str]:
        if path is None:
            return []
        try:
            text = decode_text(path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Refused as refusal:
            raise CommandError(f"{path}: {refusal.sentence}") from refusal
        lines = (line.strip() for line in text.splitlines())
        return sanitise(line for line in lines if line and not line.startswith("#"))

    def _print(
        self, model_name: str, results: list[SizeResult], words: list[str]
    ) -> None:
        found = results[0].summary
        self.stdout.write(
            f"{model_name}: {found.utterances} utterances, {found.characters} "
            f"characters, {found.said} occurrences of {len(words)} words, "
            f"{found.speech_ms / 60_000:.1f} min of speech, "
            f"{found.silence_ms / 60_000:.1f} min of silence and noise"
        )
        self.stdout.write(table(results))


def _size(text: str) -> int:
    size = int(text)
    if not 0 <= size <= 20_000:
        raise ValueError(text)
    return size
