"""``/healthz`` alone, and beside fifty requests with 15 KB of cookies each.

``python -m benchmarks.portal.crowd`` starts a web server of its own and sends fifty
requests at once, ten times of every kind. The machine's mood is in all figures alike:
compare those of one run.
"""

import argparse
import statistics
import sys

from tests.portal.server.crowd import AT_ONCE, COOKIES, crowd, health
from tests.portal.server.wire import get
from tests.stack import Stack


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = range(parser.parse_args().rounds)
    kinds = {"without cookies": get("/")}
    kinds |= {f"with cookies {kind}": get("/", COOKIES[kind]) for kind in COOKIES}
    with Stack(programs="web", static=False) as stack:
        crowd(stack.port, get("/"))  # the first requests import what they need
        alone = statistics.median(health(stack.port)[1] for _ in range(100))
        sys.stdout.write(f"/healthz alone: median {1000 * alone:.0f} ms\n")
        for kind, request in kinds.items():
            crowds = [crowd(stack.port, request) for _ in rounds]
            longest = sorted(max(one.health) for one in crowds)
            middle = statistics.median(longest)
            sys.stdout.write(
                f"beside {AT_ONCE} {kind}: longest {1000 * middle:.0f} ms "
                f"(median of {len(rounds)} rounds; {1000 * longest[0]:.0f} to "
                f"{1000 * longest[-1]:.0f}), {middle / alone:.0f} times as long; all "
                f"answered in {statistics.median(one.seconds for one in crowds):.2f} s"
                "\n"
            )


if __name__ == "__main__":
    main()
