"""A portal that runs, with something in it for every operation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.stack import Stack


@dataclass(frozen=True)
class Portal:
    """Where it answers, alice's key, and the things by kind."""

    base_url: str
    token: str
    things: list[dict[str, str]]


@pytest.fixture(scope="package")
def portal() -> Iterator[Portal]:
    with Stack(
        programs="web",
        static=False,
        SHENGWEN_API_RATE="100000/min",
        SHENGWEN_API_WAIT_SECONDS="0",
    ) as stack:
        token = stack.token()
        said = stack.manage(
            *("shell", "--no-imports", "-c"),
            "from tests.transcription.api.v1.running.filling import fill; fill()",
        )
        things = json.loads(said.split("MADE", 1)[1])
        yield Portal(stack.base_url, token, things)
