"""The tests on SQLite: ``python -m tests.on_sqlite``.

Real models come in a second process, as they do in the product: a worker has them, and
neither the web server nor a browser's driver shares memory with them.

With arguments of pytest, one run of what they name; without, every core works at it.
"""

import sys

from tests.runner.pytest_process import Part, on_every_core, run_pytest


def run() -> list[Part]:
    """The tests without models, and those with, which never wait."""
    return [
        run_pytest("SQLite", ["-m", "not models", *on_every_core()]),
        run_pytest("SQLite, models", ["-m", "models", *on_every_core(beside=0)]),
    ]


def main(arguments: list[str]) -> int:
    """The first exit status that is not 0."""
    parts = [run_pytest("SQLite", arguments)] if arguments else run()
    return next(filter(None, (part.status for part in parts)), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
