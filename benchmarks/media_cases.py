"""Odd files, one by one: ``python -m benchmarks.media_cases [--only 04 43 …]``

Tries every case of ``../shared/cases/media`` (its README says what a line holds) with
the embedded recogniser, as a worker does: sniff, decode, recognise, speakers. Prints
what came of each, and ends with a failure when one of them did not pass.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.bare import Bare
from tests.stack import ROOT
from transcription.engine.base import EngineError, RecognitionOptions
from transcription.evaluation.scores.cer import score
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.figures.itn import normalise
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.speakers.separation import one_track_if_alone
from transcription.pipeline.types import DecodeLimits, PipelineResult

CASES = ROOT.parent / "shared" / "cases" / "media"
# What is right where a line says it in words only.
_PARTIES = {"38-logger-4-lines": [0, 2], "44-bleed-minus-3": [0, 1]}
_OPTIONS = RecognitionOptions(language="zh", use_itn=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the portal makes of a file: as over HTTP, without the HTTP."""

    status: int
    code: str = ""
    duration_ms: int = 0
    result: PipelineResult = field(default_factory=lambda: PipelineResult("zh", ()))

    @property
    def texts(self) -> list[str]:
        return [segment.text_raw for segment in self.result.segments]

    def __str__(self) -> str:
        said = " | ".join(
            f"{'-' if s.channel is None else s.channel} {s.start_ms} {s.text_raw}"
            for s in self.result.segments
        )
        notes = " ".join(self.result.notes)
        return f"{self.status} {self.code} {self.duration_ms} ms [{notes}] {said}"


def outcome_of(path: Path, bare: Bare) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        try:
            decoded = decode_file(path, Path(folder), DecodeLimits())
            result = transcribe(decoded, RunSetup(bare.engine, bare.vad, _OPTIONS))
        except EngineError as error:
            status = 415 if error.code == "unsupported_format" else 422
            return Outcome(status, str(error.code))
    return Outcome(200, "", decoded.duration_ms, one_track_if_alone(result))


def faults(expected: dict[str, Any], outcome: Outcome) -> Iterator[str]:
    """What is not as it should be."""
    if outcome.status != expected["http"]:
        yield f"status {outcome.status}"
    if (code := expected.get("code")) and outcome.code != code:
        yield f"code {outcome.code}"
    segments = outcome.result.segments
    starts = [segment.start_ms for segment in segments]
    for key, value in (
        ("duration_ms", outcome.duration_ms),
        ("first_start_ms", starts[0] if starts else -1),
        ("second_sentence_start_ms", starts[1] if len(starts) > 1 else -1),
    ):
        if key in expected and not expected[key][0] <= value <= expected[key][1]:
            yield f"{key} {value}"
    if "ref" in expected and "cer_max" in expected:
        wrong = score([(expected["ref"], "".join(outcome.texts))]).percent / 100
        if wrong > expected["cer_max"]:
            yield f"CER {wrong:.2f}"
    channels = sorted(
        {s.channel for s in segments}, key=lambda c: -1 if c is None else c
    )
    if "channels" in expected and channels != expected["channels"]:
        yield f"channels {channels}"
    if expected.get("empty") and segments:
        yield "not empty"
    yield from _noted(expected.get("note", ""), outcome)


def _noted(note: str, outcome: Outcome) -> Iterator[str]:
    """The expectations that are written as words."""
    if note.startswith("each sentence once"):
        texts = outcome.texts
        if any(
            score([(one, other)]).percent < 50
            for at, one in enumerate(texts)
            for other in texts[at + 1 :]
        ):
            yield "a sentence twice"


def _verdict(case: dict[str, Any], bare: Bare) -> tuple[str, str]:
    """Pass, fail or no file; and what came of it."""
    if isinstance(case["expected"], str):  # spoken figures, not a file
        written = normalise(case["input"], "zh").text
        is_right = written in case["expected"].split(" | ")
        return ("pass" if is_right else "FAIL"), written
    if not case["input"] or not (CASES / case["input"]).is_file():
        return "no file", ""
    outcome = outcome_of(CASES / case["input"], bare)
    if case["id"] == "35-silk" and outcome.status == 200:
        return "pass", str(outcome)  # or decoded
    expected = case["expected"]
    if case["id"] in _PARTIES:
        expected = expected | {"channels": _PARTIES[case["id"]]}
    found = ", ".join(faults(expected, outcome))
    return ("FAIL" if found else "pass"), f"{found}: {outcome}" if found else str(
        outcome
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], help="cases' numbers")
    parser.add_argument("--verbose", action="store_true", help="what was recognised")
    arguments = parser.parse_args()
    if not CASES.is_dir():
        sys.exit(f"There is no {CASES}.")
    bare = Bare.load("vosk", language="zh")
    tally = {"pass": 0, "FAIL": 0, "no file": 0}
    for line in (CASES / "cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        if arguments.only and case["id"].split("-")[0] not in arguments.only:
            continue
        verdict, why = _verdict(case, bare)
        tally[verdict] += 1
        print(
            f"{verdict:8} {case['id']:26} {why if verdict != 'pass' else ''}".rstrip()
        )
        if arguments.verbose and verdict != "no file":
            print(f"         {why}")
    print(", ".join(f"{count} {word}" for word, count in tally.items()))
    return 1 if tally["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main())
