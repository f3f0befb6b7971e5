"""Do thousands of hotwords help, and do they harm? ``python -m benchmarks.hotwords``

All of ``../shared/data`` through the pipeline with libraries of 0, 50, 200, 1000 and
5000 words: the 50 of ``chinese.txt`` and made-up ones; and through four-second
clips of silence and noise. The table is the one in docs/evaluation.md. ``manage.py
evaluate`` does the same with any set and list.

``--language en`` takes the synthetic English sentences of ``tests/data/english``, the
names in them (``english.txt``) and made-up English ones.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.bare import Bare
from tests.stack import ROOT
from transcription.evaluation.measure import ClipRecogniser
from transcription.evaluation.report import as_json, table
from transcription.evaluation.sets.clips import Clip, decoder
from transcription.evaluation.sets.folders import clips_in
from transcription.evaluation.sets.silence import silent_clips
from transcription.evaluation.sizes import SizeResult, at_sizes

DATA = ROOT.parent / "shared" / "data"
SETS = {
    "zh": [DATA / name for name in ("sentences", "calls", "meeting", "real")],
    "en": [ROOT / "tests" / "data" / "english"],
}
NAMES = [folder.name for folders in SETS.values() for folder in folders]
WORDS = {"zh": "chinese.txt", "en": "english.txt"}


def chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="vosk")
    parser.add_argument("--language", default="zh", choices=SETS)
    parser.add_argument("--sets", nargs="+", default=NAMES, choices=NAMES)
    parser.add_argument(
        "--sizes", nargs="+", type=int, default=[0, 50, 200, 1000, 5000]
    )
    parser.add_argument("--seed", type=int, default=0, help="of the made-up words")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args()


def words_of(language: str) -> list[str]:
    list_path = Path(__file__).with_name(WORDS[language])
    lines = list_path.read_text("utf-8").splitlines()
    return [line for line in lines if line[:1] not in "#"]


def main() -> int:
    arguments = chosen()
    language = arguments.language
    folders = [path for path in SETS[language] if path.name in arguments.sets]
    if missing := [path for path in folders if not path.is_dir()]:
        sys.exit(f"There is no {missing[0]}.")
    words = words_of(language)
    clips: list[Clip] = [clip for path in folders for clip in clips_in(path)]
    bare = Bare.load(
        arguments.engine, device="auto", language=language, threads=arguments.threads
    )
    engine, vad = bare.engine, bare.vad
    print(f"engine {engine.facts.model_name} on {engine.facts.device}")
    results: list[SizeResult] = []
    with decoder() as files, tempfile.TemporaryDirectory() as folder:
        clips += silent_clips(Path(folder))
        recogniser = ClipRecogniser(engine, vad, files)
        runs = at_sizes(
            recogniser,
            clips,
            words,
            arguments.sizes,
            seed=arguments.seed,
            language=language,
        )
        for result in runs:
            results.append(result)
            print(f"size {result.size} is done", file=sys.stderr, flush=True)
    found = results[0].summary
    print(
        f"{found.utterances} utterances, {found.characters} characters,"
        f" {found.said} occurrences of {len(words)} words,"
        f" {found.speech_ms / 60_000:.1f} min of speech,"
        f" {found.silence_ms / 60_000:.1f} min of silence and noise"
    )
    print(table(results))
    if arguments.json:
        text = json.dumps(as_json(results), ensure_ascii=False, indent=1)
        arguments.json.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
