"""Does the portal recognise as well as its engine? ``python -m benchmarks.accuracy``

Sends every recording of ``../shared/data`` through HTTP (``POST /api/transcribe``, real
web server, real queue), and gives the same audio to the bare engine twice: cut by the
portal's own voice activity detection, and cut by the reference's times. Prints the
character error rate of each and the portal's distance to the bare engine in points.
Compared before ITN; see ``transcription.evaluation.scores.cer``.
"""

import argparse
import json
import logging
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.bare import Bare
from tests.stack import ROOT, Stack
from transcription.engine.base import (
    Engine,
    RecognitionOptions,
    Samples,
    VoiceActivityDetector,
)
from transcription.evaluation.scores.cer import Score, score
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.vad import pieces, to_float, windows
from transcription.pipeline.run import gap_ms_for
from transcription.pipeline.types import DecodeLimits

DATA = ROOT.parent / "shared" / "data"
OPTIONS = RecognitionOptions(language="zh", use_itn=False)


@dataclass(frozen=True, slots=True)
class Voice:
    """One channel of one file and what was said on it: ``(start_ms, end_ms, text)``.

    No turns' times for the sentences: the whole file is one turn.
    """

    path: Path
    channel: int | None
    turns: tuple[tuple[int, int | None, str], ...]

    @property
    def reference(self) -> str:
        return "".join(text for _, _, text in self.turns)


def sentences() -> Iterator[Voice]:
    for entry in json.loads((DATA / "sentences" / "manifest.json").read_text()):
        yield Voice(DATA / entry["file"], None, ((0, None, entry["text"]),))


def calls() -> Iterator[Voice]:
    for facts in sorted((DATA / "calls").glob("*.json")):
        turns = json.loads(facts.read_text())["segments"]
        for channel in (0, 1):
            yield Voice(facts.with_suffix(".wav"), channel, _turns(turns, channel))


def meeting() -> Iterator[Voice]:
    facts = DATA / "meeting" / "weekly.json"
    turns = json.loads(facts.read_text())["segments"]
    yield Voice(facts.with_suffix(".flac"), None, _turns(turns, None))


def real() -> Iterator[Voice]:
    for entry in json.loads((DATA / "real" / "manifest.json").read_text()):
        yield Voice(DATA / entry["file"], None, ((0, None, entry["text"]),))


SETS = {"sentences": sentences, "calls": calls, "meeting": meeting, "real": real}


def _turns(
    segments: list[dict[str, object]], channel: int | None
) -> tuple[tuple[int, int | None, str], ...]:
    return tuple(
        (int(str(s["start_ms"])), int(str(s["end_ms"])), str(s["text"]))
        for s in segments
        if channel is None or s["channel"] == channel
    )


def by_portal(stack: Stack, secret: str, path: Path) -> dict[int | None, str]:
    """What the portal recognised, per channel (None: all of them)."""
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=stack.base_url, headers=headers, timeout=120) as client:
        with path.open("rb") as audio:
            answer = client.post(
                "/api/transcribe",
                data={"language": "zh", "itn": "False"},
                files={"audio": (path.name, audio)},
            )
        while answer.status_code == 202:
            time.sleep(1)
            job = client.get(answer.headers["Location"]).raise_for_status()
            if job.json()["state"] == "succeeded":
                return _per_channel(job.json()["result"]["segments"])
            if job.json()["state"] != "running" and job.json()["state"] != "queued":
                raise RuntimeError(job.text)
        return _per_channel(answer.raise_for_status().json()["segments"])


def _per_channel(segments: list[dict[str, str]]) -> dict[int | None, str]:
    recognised: dict[int | None, str] = defaultdict(str)
    for segment in segments:
        channel = segment["channel"]
        recognised[None] += segment["text_raw"]
        if channel is not None:
            recognised[int(channel)] += segment["text_raw"]
    return recognised


def by_engine(
    engine: Engine, vad: VoiceActivityDetector, path: Path, voices: list[Voice]
) -> tuple[dict[int | None, str], dict[int | None, str]]:
    """What the bare engine recognises: in the detector's pieces, in the true turns."""
    in_pieces: dict[int | None, str] = {}
    in_turns: dict[int | None, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        decoded = decode_file(path, Path(folder), DecodeLimits())
        tracks = {track.channel: track for track in decoded.tracks}
        for voice in voices:
            samples = read_track(tracks[voice.channel].path)
            found = [
                piece
                for window in windows(samples)
                for piece in pieces(samples, window, vad, gap_ms=gap_ms_for(engine))
            ]
            cut = [piece.samples(samples) for piece in found]
            in_pieces[voice.channel] = _recognised(engine, cut)
            cut = [
                to_float(samples[a * 16 : None if b is None else b * 16])
                for a, b, _ in voice.turns
            ]
            in_turns[voice.channel] = _recognised(engine, cut)
    return in_pieces, in_turns


def _recognised(engine: Engine, cut: list[Samples]) -> str:
    return "".join(r.text for r in engine.recognise(cut, OPTIONS)) if cut else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    arguments = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"There is no {DATA}.")
    bare = Bare.load(arguments.engine, device="auto", language="")
    engine, vad = bare.engine, bare.vad
    logging.getLogger("httpx").setLevel(logging.WARNING)  # FunASR turns INFO on
    print(f"engine {engine.facts.model_name} on {engine.facts.device}")
    print("set        characters   portal   bare, same pieces   bare, reference turns")
    with Stack(
        SHENGWEN_ENGINE=arguments.engine, SHENGWEN_API_WAIT_SECONDS="60"
    ) as stack:
        secret = stack.token()
        for name in arguments.sets:
            scores = measure(list(SETS[name]()), stack, secret, engine, vad)
            portal, same, turns = scores
            print(
                f"{name:10} {portal.characters:10} {portal.percent:7.2f} %"
                f" {same.percent:10.2f} % ({portal.percent - same.percent:+.2f})"
                f" {turns.percent:12.2f} % ({portal.percent - turns.percent:+.2f})",
                flush=True,
            )
    return 0


def measure(
    voices: list[Voice],
    stack: Stack,
    secret: str,
    engine: Engine,
    vad: VoiceActivityDetector,
) -> tuple[Score, Score, Score]:
    """Scores of the portal, the bare engine in pieces, the bare engine in turns."""
    pairs: tuple[list[tuple[str, str]], ...] = ([], [], [])
    for path in dict.fromkeys(voice.path for voice in voices):
        mine = [voice for voice in voices if voice.path == path]
        recognised = (
            by_portal(stack, secret, path),
            *by_engine(engine, vad, path, mine),
        )
        for voice in mine:
            for kept, texts in zip(pairs, recognised, strict=True):
                kept.append((voice.reference, texts.get(voice.channel, "")))
    portal, same, turns = (score(kept) for kept in pairs)
    return portal, same, turns


if __name__ == "__main__":
    sys.exit(main())
