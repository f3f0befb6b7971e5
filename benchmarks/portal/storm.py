"""Sixty uploads and 200 kills: ``python -m benchmarks.portal.storm``

Kills are SIGKILLs to workers, decoders, sentinels, clusters, the web server and the
janitor, queue entries that vanish and, on PostgreSQL, connections that break. On SQLite
with its own queue, or on the servers that ``DATABASE_URL`` and ``REDIS_URL`` name (in a
database of its own there, removed again). Ends with 1 when anything was lost.
"""

import argparse
import os
import sys

from tests.chaos.killed.storm import rage, stack
from tests.runner.own_database import database_of_its_own


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--uploads", type=int, default=60)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    title = "PostgreSQL" if "DATABASE_URL" in os.environ else "SQLite"
    if "REDIS_URL" in os.environ:
        title += " and Redis"
    with database_of_its_own() as own, stack(**own) as portal:
        outcome = rage(
            portal, uploads=chosen.uploads, kills=chosen.kills, seed=chosen.seed
        )
        print(outcome.table(title))
    return int(outcome.transcripts != chosen.uploads)


if __name__ == "__main__":
    sys.exit(main())
