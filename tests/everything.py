"""All tests, part after part: ``python -m tests.everything``.

A part that fails does not keep the next from running. What failed, and why, stands at
the very end, after the slowest tests of all parts.
"""

import os
import sys
from collections.abc import Iterator, Sequence

from tests import on_servers, on_sqlite
from tests.runner.pytest_process import Part

SHOWN = 20
# Of one failure; the whole of it stands above, where its part ended.
LAST_LINES = 60


def main() -> int:
    """The first exit status that is not 0."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    parts: list[Part] = []
    _announce("tests on SQLite")
    parts += on_sqlite.run()
    _announce("tests on PostgreSQL and Redis")
    parts.append(on_servers.run())
    sys.stdout.write("\n".join(("", *summary(parts), "")))
    return next(filter(None, (part.status for part in parts)), 0)


def _announce(what: str) -> None:
    sys.stdout.write(f"--- {what}\n")
    sys.stdout.flush()


def summary(parts: Sequence[Part]) -> Iterator[str]:
    """The slowest tests, what failures said, and a line for each part."""
    took = sorted(
        (
            (seconds, part.name, test)
            for part in parts
            for test, seconds in part.seconds.items()
        ),
        reverse=True,
    )
    yield f"--- the slowest {SHOWN} of {len(took)} tests"
    for seconds, name, test in took[:SHOWN]:
        yield f"{seconds:6.1f} s  {name}: {test}"
    for part in parts:
        for test, said in part.failures:
            yield f"--- failed on {part.name}: {test}"
            yield from said.splitlines()[-LAST_LINES:]
    yield "--- parts"
    for part in parts:
        yield _line(part)
        yield from (f"  failed: {test}" for test, _said in part.failures)


def _line(part: Part) -> str:
    verdict = f"FAILED (exit status {part.status})" if part.status else "passed"
    ran = f"{len(part.seconds)} tests in {part.took:.0f} s"
    return f"{part.name}: {verdict}; {part.remark or ran}"


if __name__ == "__main__":
    sys.exit(main())
