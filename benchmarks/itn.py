"""Spoken Chinese figures in writing: right, wrong, changed in sense, by kind.

``python -m benchmarks.itn [TSV] [--ordinary TSV] [--against COMMIT] [--list]``

A TSV has columns ``spoken`` and ``expected`` (alternatives parted by |), and may have
``kind`` and ``half``; without a kind a line gets one by its words. "Sense" are those of
the wrong ones that say something else (benchmarks/itn_sense.py). ``--ordinary`` counts
the sentences of another TSV that are not as they should be. ``--against`` measures the
code of a commit in the same run, by its side.
"""

import argparse
import csv
import importlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.itn_sense import changes_sense
from transcription.pipeline.figures.itn import normalise

OWN: Final = Path("tests/data/figures/chinese.tsv")
PACKAGE: Final = "transcription/pipeline/figures"
ROUNDS: Final = 5

_N: Final = "[零一二两三四五六七八九十百千万亿]"
# The first that fits names a line without a kind.
KINDS: Final = (
    ("letter and figure", "[A-Za-z]"),
    ("percent", "[百千万]分之|百分点"),
    ("fraction", "分之"),
    ("festival", "正月|中秋|大年|国庆|双十|情人节|十月一|大促|十九大"),
    (
        "code",
        "幺|[号码]是|尾号|卡号|后四位|密码|验证码|工号|邮编|胶水|邮箱|工作制|地址是一",
    ),
    ("phone", "电话|热线|客服|急|火警|投诉|订票|分机|请按"),
    (
        "price per thing",
        f"[块元{_N[1:-1]}]一?[晚位斤天年次件]$|{_N}[块]?{_N}[斤件个]|块一|一个月",
    ),
    ("price per thing", "[八五]一[斤晚]"),
    ("money", "[块元毛角]|[万亿]|贷|月租"),
    ("score and ratio", "比|加|满意度|评分|分您|打八|扣"),
    (
        "clock",
        "[点时](?:[零一二三四五六七八九十]+分?|半|一刻|多)|早上|晚上|下午|上午|点开会|八点",
    ),
    ("date", "[年月][^轻]|[号日]|后$|月"),
    ("address", "[号栋层楼室厅]|路|航站|线$"),
    ("decimal", f"点{_N}"),
    ("measure", "[米斤度伏克升码平]|毫|[兆]"),
    ("range", "到"),
    ("approximate", f"[来几多余]|{_N}{{2}}[十百千个岁]"),
    ("duration", "天|小时|分钟|秒|刻"),
    ("ordinal", "第"),
)

Normaliser = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    spoken: str
    accepted: list[str]


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


def read(path: Path) -> dict[str, list[Case]]:
    """The cases of a file by their half; "" where it has none."""
    halves: dict[str, list[Case]] = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            accepted = [form.strip() for form in row["expected"].split("|")]
            case = Case(
                row.get("kind") or kind_of(row["spoken"]), row["spoken"], accepted
            )
            halves.setdefault(row.get("half") or "", []).append(case)
    return halves


def kind_of(spoken: str) -> str:
    return next((kind for kind, sign in KINDS if re.search(sign, spoken)), "other")


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
