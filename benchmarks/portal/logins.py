"""Many logins at once, and how long ``/healthz`` takes meanwhile.

``python -m benchmarks.portal.logins --at-once 40 --addresses 40`` starts a web server
of its own, sends the wrong passwords all together and asks for the health every 50 ms.
With fewer addresses than logins, most are told to wait (docs/decisions/logins.md).
"""

import argparse
import asyncio
import re
import statistics
import sys
import time
from collections import Counter

import httpx

from tests.stack import Stack

PATH = "/accounts/login/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


async def health(base_url: str, stop: asyncio.Event) -> list[float]:
    """Seconds that each answer took, until told to stop."""
    taken = []
    async with httpx.AsyncClient(base_url=base_url, timeout=120) as client:
        while not stop.is_set():
            began = time.perf_counter()
            (await client.get("/healthz")).raise_for_status()
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(0.05)
    return taken


async def storm(
    base_url: str, at_once: int, addresses: int
) -> tuple[list[tuple[int, float]], list[float]]:
    """What the logins were answered and when, and what the health took meanwhile."""
    async with httpx.AsyncClient(
        base_url=base_url, timeout=120, limits=httpx.Limits(max_connections=None)
    ) as client:
        found = TOKEN.search((await client.get(PATH)).text)
        assert found
        stop = asyncio.Event()
        watching = asyncio.create_task(health(base_url, stop))
        began = time.perf_counter()

        async def one(number: int) -> tuple[int, float]:
            client_address = f"198.51.100.{number % addresses + 1}"
            data = {
                "csrfmiddlewaretoken": found[1],
                "username": f"somebody-{number}",
                "password": "wrong",
            }
            answer = await client.post(
                PATH, data=data, headers={"X-Forwarded-For": client_address}
            )
            return answer.status_code, time.perf_counter() - began

        answers = list(await asyncio.gather(*(one(n) for n in range(at_once))))
        stop.set()
    return answers, await watching


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at-once", type=int, default=40)
    parser.add_argument("--addresses", type=int, default=40)
    options = parser.parse_args()
    stack = Stack(programs="web", SHENGWEN_TRUSTED_PROXIES="127.0.0.1")
    with stack:
        answers, taken = asyncio.run(
            storm(stack.base_url, options.at_once, options.addresses)
        )
    statuses = dict(Counter(status for status, _seconds in answers))
    slowest = max(seconds for _status, seconds in answers)
    p95 = sorted(taken)[int(0.95 * len(taken))]
    sys.stdout.write(
        f"{options.at_once} logins from {options.addresses} addresses: {statuses}, "
        f"the slowest after {slowest:.2f} s\n"
        f"/healthz meanwhile, {len(taken)} times: median "
        f"{statistics.median(taken) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
        f"longest {max(taken) * 1000:.0f} ms\n"
    )


if __name__ == "__main__":
    main()
