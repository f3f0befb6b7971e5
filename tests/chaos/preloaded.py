"""Python programs on one installation, without loading Django for each.

``Programs`` starts ``python -m tests.chaos.preloaded``, which loads Django once and
forks for every program it is asked to run: a process of its own as before, for a
fiftieth of the time. It has no database connection and no thread to hand down.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import django
from django.core.management import execute_from_command_line

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 120


class Programs:
    """The process that forks, for one environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.preloaded"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, words: Sequence[str]) -> str:
        """What it wrote; its exit status must be 0."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        with ExitStack() as files:
            out, err = (
                files.enter_context(tempfile.NamedTemporaryFile()) for _ in range(2)
            )
            request = {"words": list(words), "out": out.name, "err": err.name}
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
            status = stdout.readline().strip()
            assert status == "0", f"exit status {status}: {err.read().decode()}"
            return out.read().decode()

    def stop(self) -> None:
        with self._process as process:
            process.kill()


def main() -> None:
    django.setup()
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if not pid:
            os._exit(_run(request["words"], request["out"], request["err"]))
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _run(words: list[str], out: str, err: str) -> int:
    """In the child: as ``python *words`` would."""
    for path, descriptor in ((os.devnull, 0), (out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_RDWR), descriptor)
    signal.alarm(TIMEOUT_SECONDS)
    status = 0
    try:
        if words[0] == "-c":
            sys.argv = ["-c", *words[2:]]
            exec(words[1], {"__name__": "__main__"})  # noqa: S102 - the tests' own
        else:
            execute_from_command_line(words)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    main()
