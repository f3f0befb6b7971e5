"""Fifty requests at once from one address, and how long others' ``/healthz`` takes."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.portal.server.wire import get, say, status_of

AT_ONCE = 50
VISITOR, ATTACKER = "127.0.0.2", "127.0.0.3"
HEALTH = get("/healthz")
COOKIES = {
    "of another program": 'Cookie: a="' + '\\"' * 7_500 + '"',
    "by the thousand": "Cookie: " + "; ".join(f'a{n}="\\""' for n in range(1_400)),
}


@dataclass(frozen=True, slots=True)
class Crowd:
    """What fifty were answered, and the seconds that ``/healthz`` took meanwhile."""

    statuses: frozenset[int]
    health: tuple[float, ...]
    seconds: float


def health(port: int) -> tuple[int, float]:
    """The status of ``/healthz`` for a visitor, and how long it took."""
    began = time.monotonic()
    status = status_of(say(port, HEALTH, source=VISITOR))
    return status, time.monotonic() - began


def crowd(port: int, request: bytes) -> Crowd:
    """Send it fifty times at once, and ask for the health until all are answered."""
    taken: list[float] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        began = time.monotonic()
        calls = [
            pool.submit(say, port, request, source=ATTACKER) for _ in range(AT_ONCE)
        ]
        while not taken or not all(call.done() for call in calls):
            status, seconds = health(port)
            assert status == 200
            taken.append(seconds)
    statuses = frozenset(status_of(call.result()) for call in calls)
    return Crowd(statuses, tuple(taken), time.monotonic() - began)
