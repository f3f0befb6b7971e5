"""The tests on SQLite: ``python -m tests.on_sqlite``.

Real models come in a second process, as they do in the product: a worker has them, and
neither the web server nor a browser's driver shares memory with them.
"""

import sys

from tests.pytest_process import run_pytest

SELECTIONS = ("not models", "models")


def main() -> int:
    """The first exit status that is not 0."""
    statuses = [run_pytest(["-m", selection]) for selection in SELECTIONS]
    return next(filter(None, statuses), 0)


if __name__ == "__main__":
    sys.exit(main())
