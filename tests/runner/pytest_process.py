"""pytest in processes of its own, which says at its very end what it died of.

A native library that aborts leaves a stack at the top of pages of output, and a CI that
shows the last page shows none of it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from tests.runner.worker import MOST_WORKERS

FATAL = "Fatal Python error"
SHOWN_LINES = 60
OF_PYTEST = ("/_pytest/", "/pluggy/", "/xdist/", "/execnet/", "Extension modules:")
PLUGINS = ("worker", "parallel", "results")


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the tests, and what became of them."""

    name: str
    status: int  # of a shell's kind: 128 and the signal's number for a signal
    took: float = 0.0
    seconds: Mapping[str, float] = field(default_factory=dict)  # by test
    failures: Sequence[tuple[str, str]] = ()  # test, and what it said
    remark: str = field(default="", kw_only=True)


def run_pytest(
    name: str,
    arguments: Sequence[str],
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Part:
    """Runs it, shows what it says, and reads its results."""
    began = time.monotonic()
    plugins = [word for one in PLUGINS for word in ("-p", f"tests.runner.{one}")]
    with tempfile.TemporaryDirectory(prefix="shengwen-results-") as folder:
        results = Path(folder, "results.json")
        words = (*plugins, f"--results={results}", *arguments)
        status = _wait(words, {**os.environ, **environment})
        found = json.loads(results.read_text("utf-8")) if results.exists() else {}
    failures = [(test, said) for test, said in found.get("failures", ())]
    return Part(
        name, status, time.monotonic() - began, found.get("seconds", {}), failures
    )


def on_every_core(*, beside: int = 1) -> list[str]:
    """The options for so many workers more than there are processors for us: a third of
    the time of those that kill portals is waiting."""
    given = os.environ.get("SHENGWEN_TEST_WORKERS")
    cores = len(os.sched_getaffinity(0))
    count = int(given) if given else cores + beside * (cores > 1)
    if count < 2:
        return []
    return ["-n", str(min(count, MOST_WORKERS)), "--no-loadscope-reorder"]


def _wait(words: Sequence[str], environment: Mapping[str, str]) -> int:
    fatal: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *words],
        env=environment,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            sys.stderr.write(line)
            is_ours = not any(part in line for part in OF_PYTEST)
            if is_ours and (fatal or line.startswith(FATAL)):
                fatal.append(line)
    status = process.returncode
    if status < 0:
        sys.stderr.write("\npytest was ended by a signal.\n")
    elif fatal:  # a worker's; pytest names the test that it was at
        sys.stderr.write("\nA worker of pytest was ended by a signal.\n")
    sys.stderr.writelines(fatal[:SHOWN_LINES])
    return 128 - status if status < 0 else status
