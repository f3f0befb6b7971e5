"""Spoken Chinese figures in writing: right, wrong, changed in sense, by kind.

``python -m benchmarks.itn [TSV] [--ordinary TSV] [--against COMMIT] [--list]``

A TSV has columns ``spoken`` and ``expected`` (alternatives parted by |), and may have
``kind`` and ``half``; without a kind a line gets one by its words. "Sense" are those of
the wrong ones that say something else (benchmarks/itn/sense.py). ``--ordinary`` counts
the sentences of another TSV that are not as they should be. ``--against`` measures the
code of a commit in the same run, by its side.
"""

import argparse
import importlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.itn.cases import OWN, Case, read
from benchmarks.itn.sense import changes_sense
from transcription.pipeline.figures.itn import normalise

PACKAGE: Final = "transcription/pipeline/figures"
ROUNDS: Final = 5

Normaliser = Callable[[str], str]


@dataclass(slots=True)
class Count:
    right: int = 0
    wrong: int = 0
    sense: int = 0


def main() -> None:
    chosen = _options()
    versions: dict[str, Normaliser] = {"now": _now}
    if chosen.against:
        versions = {chosen.against: _former(chosen.against), **versions}
    cases = read(chosen.cases)
    for half in sorted(cases):
        for name, normaliser in versions.items():
            print(f"\n{chosen.cases} {half} with {name}")
            _print(cases[half], normaliser, is_listed=chosen.list)
    if chosen.ordinary:
        ordinary = [case for part in read(chosen.ordinary).values() for case in part]
        for name, normaliser in versions.items():
            wrong = [case for case in ordinary if _judged(case, normaliser) != "right"]
            print(f"\n{len(wrong)} of {len(ordinary)} ordinary wrong with {name}")
            if chosen.list:
                _list(wrong, normaliser)
    texts = [case.spoken for part in cases.values() for case in part]
    for name, seconds in _speeds(versions, texts).items():
        print(f"{name}: {1 / seconds:.0f} sentences/s, {seconds * 1000:.3f} ms each")


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("cases", nargs="?", type=Path, default=OWN)
    options.add_argument("--ordinary", type=Path)
    options.add_argument("--against", metavar="COMMIT")
    options.add_argument("--list", action="store_true", help="name the wrong ones")
    return options.parse_args()


def _judged(case: Case, normaliser: Normaliser) -> str:
    written = normaliser(case.spoken)
    if written in case.accepted:
        return "right"
    return "sense" if changes_sense(case.spoken, written, case.accepted) else "wrong"


def _print(cases: Iterable[Case], normaliser: Normaliser, *, is_listed: bool) -> None:
    counts: dict[str, Count] = {}
    total, failed = Count(), []
    for case in cases:
        verdict = _judged(case, normaliser)
        for count in (counts.setdefault(case.kind, Count()), total):
            count.right += verdict == "right"
            count.wrong += verdict != "right"
            count.sense += verdict == "sense"
        if verdict != "right":
            failed.append(case)
    print(f"{'kind':20}{'right':>7}{'wrong':>7}{'sense':>7}{'right %':>9}")
    for kind, count in [*sorted(counts.items()), ("all", total)]:
        share = 100 * count.right / (count.right + count.wrong)
        row = f"{count.right:7}{count.wrong:7}{count.sense:7}{share:9.1f}"
        print(f"{kind:20}{row}")
    if is_listed:
        _list(failed, normaliser)


def _list(cases: Iterable[Case], normaliser: Normaliser) -> None:
    for case in cases:
        verdict, written = _judged(case, normaliser), normaliser(case.spoken)
        print(
            f"  {verdict}: {case.spoken} → {written}, not {' | '.join(case.accepted)}"
        )


def _speeds(versions: dict[str, Normaliser], texts: list[str]) -> dict[str, float]:
    """Seconds a sentence; the best of some rounds in turn."""
    best = dict.fromkeys(versions, float("inf"))
    for _ in range(ROUNDS):
        for name, normaliser in versions.items():
            began = time.perf_counter()
            for text in texts:
                normaliser(text)
            best[name] = min(best[name], (time.perf_counter() - began) / len(texts))
    return best


def _now(text: str) -> str:
    return normalise(text, "zh").text


def _former(commit: str) -> Normaliser:
    """The normaliser of a commit, from its files under a package of another name."""
    folder = Path(tempfile.mkdtemp(prefix="itn-"))
    package = folder / "former_figures"
    package.mkdir()
    for name in _git("ls-tree", "--name-only", commit, f"{PACKAGE}/").split():
        text = _git("show", f"{commit}:{name}")
        text = text.replace(PACKAGE.replace("/", "."), package.name)
        (package / Path(name).name).write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    former = importlib.import_module(f"{package.name}.itn").normalise
    return lambda text: str(former(text, "zh").text)


def _git(*words: str) -> str:
    run = subprocess.run(["git", *words], check=True, capture_output=True, text=True)
    return run.stdout


if __name__ == "__main__":
    main()
