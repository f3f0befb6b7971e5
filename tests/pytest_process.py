"""pytest in a process of its own, which says at its very end what it died of.

A native library that aborts leaves a stack at the top of pages of output, and a CI that
shows the last page shows none of it.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from types import MappingProxyType

FATAL = "Fatal Python error"
SHOWN_LINES = 60
OF_PYTEST = ("/_pytest/", "/pluggy/", "Extension modules:")


def run_pytest(
    arguments: Iterable[str], environment: Mapping[str, str] = MappingProxyType({})
) -> int:
    """Its exit status, of a shell's kind: 128 and the signal's number for a signal."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stderr is not None
    fatal: list[str] = []
    for line in process.stderr:
        sys.stderr.write(line)
        is_ours = not any(part in line for part in OF_PYTEST)
        if is_ours and (fatal or line.startswith(FATAL)):
            fatal.append(line)
    status = process.wait()
    if status < 0:
        sys.stderr.writelines(
            ("\npytest was ended by a signal.\n", *fatal[:SHOWN_LINES])
        )
        return 128 - status
    return status
