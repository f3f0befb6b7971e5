"""A whole portal, people who upload to it, and somebody who kills its processes.

``rage`` is the test of the promise: whatever was acknowledged has a transcript in the
end, and one. The engine takes its time and needs no model: a storm costs minutes.
"""

import io
import json
import random
import re
import threading
import time
import wave
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import numpy as np
import psutil

from tests.chaos.installation import kill
from tests.stack import Stack

RATE: Final = 16_000
# With janitors that are killed too, everything is given back within a minute or two.
CALM_SECONDS: Final = 420.0

_GIVEN_BACK: Final = re.compile("goes back to the queue|decoder_lost")
_EMPTY_QUEUES = """
import random
from django.conf import settings
from django_q.brokers import get_broker
from django_q.models import OrmQ
for queue in ("interactive", "batch"):
    if settings.Q_CLUSTER.get("orm"):
        ids = list(OrmQ.objects.filter(key=queue).values_list("pk", flat=True))
        OrmQ.objects.filter(pk__in=random.sample(ids, len(ids) // 2)).delete()
    else:
        broker = get_broker(queue)
        for _ in range(broker.queue_size() // 2):
            broker.connection.lpop(broker.list_key)
"""
_DROP_CONNECTIONS = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                   " WHERE datname = current_database() AND pid <> pg_backend_pid()")
"""
_COUNT = """
import json
from django.db.models import Count
from transcription.models.recordings import Recording
jobs = {}
for recording in Recording.objects.annotate(texts=Count("transcripts", distinct=True)):
    states = recording.jobs.order_by("-pk").values_list("state", "error_code", "deaths")
    jobs[str(recording.uuid)] = [recording.texts, *states[0]]
print("COUNTED", json.dumps(jobs))
"""


@dataclass(slots=True)
class Outcome:
    """What a storm did, and what it left."""

    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0  # uploads that were not acknowledged: tried again by their sender
    transcripts: int = 0
    doubled: int = 0
    lost: list[tuple[str, Any]] = field(default_factory=list)
    given_back: int = 0  # how often a job was in the hands of a process that died
    storm_seconds: float = 0.0
    calm_seconds: float = 0.0

    def table(self, title: str) -> str:
        kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(self.kills.items()))
        return "\n".join(
            (
                f"{title}: {self.kills.total()} kills in {self.storm_seconds:.0f} s",
                f"  {kinds}",
                f"  uploads acknowledged {len(self.acknowledged)} "
                f"(sent again: {self.refused}), transcripts {self.transcripts}, "
                f"doubled {self.doubled}, lost {len(self.lost)}",
                f"  all final {self.calm_seconds:.0f} s after the last kill; "
                f"jobs given back {self.given_back} times",
                *(f"  lost: {uuid} {why}" for uuid, why in self.lost),
            )
        )


def stack(**environment: str) -> Stack:
    """A portal with the slow engine. Its pauses after deaths are shorter than in life,
    as the storm is."""
    made = Stack(static=False)
    made.environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
        "SLOW_ENGINE_SECONDS": "0.4",
        "PAUSE_SECONDS": "5",
        "SHENGWEN_JOB_LEASE_SECONDS": "8",
        "SHENGWEN_API_WAIT_SECONDS": "0",
        "SHENGWEN_API_RATE": "100000/min",
        **environment,
    }
    return made


def rage(portal: Stack, *, uploads: int, kills: int, seed: int = 1) -> Outcome:
    """So many uploads and kills at the same time, then calm until all is final."""
    outcome = Outcome()
    token = portal.token()
    sender = threading.Thread(
        target=_send, args=(portal, token, uploads, outcome), daemon=True
    )
    began = time.monotonic()
    sender.start()
    _kill(portal, kills, random.Random(seed), outcome)  # noqa: S311 - not a secret
    sender.join(CALM_SECONDS)
    outcome.storm_seconds = time.monotonic() - began
    _wait_and_count(portal, outcome)
    return outcome


def _send(portal: Stack, token: str, uploads: int, outcome: Outcome) -> None:
    """Clip after clip; one that was not acknowledged is sent again."""
    headers = {"Authorization": f"Bearer {token}"}
    for number in range(uploads):
        files = {"audio": (f"{number}.wav", _clip(number), "audio/wav")}
        while True:
            try:
                answer = httpx.post(
                    f"{portal.base_url}/api/transcribe",
                    headers=headers,
                    files=files,
                    data={"language": "zh"},
                    timeout=30,
                )
            except httpx.HTTPError:
                outcome.refused += 1
                time.sleep(0.5)
                continue
            if answer.status_code in (200, 202):
                outcome.acknowledged.append(answer.json()["recording"])
                break
            if answer.status_code < 500:
                raise AssertionError(f"{answer.status_code}: {answer.text[:500]}")
            outcome.refused += 1
            time.sleep(0.5)


def _clip(number: int) -> bytes:
    """Three seconds of noise, or twelve; no two alike."""
    seconds = 12 if number % 4 == 0 else 3
    noise = np.random.default_rng(number).integers(-9000, 9000, RATE * seconds)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(noise.astype("<i2").tobytes())
    return out.getvalue()


def _kill(portal: Stack, kills: int, dice: random.Random, outcome: Outcome) -> None:
    weights = {"worker": 8, "decoder": 4, "sentinel": 2, "cluster": 2, "web": 2}
    weights |= {"janitor": 1, "queue entries": 1}
    if portal.environment["DATABASE_URL"].startswith("postgres"):
        weights["connections"] = 1
    while outcome.kills.total() < kills:
        (kind,) = dice.choices(list(weights), list(weights.values()))
        if _ACTS.get(kind, _kill_one_of(kind))(portal, dice):
            outcome.kills[kind] += 1
        time.sleep(dice.uniform(0.1, 1.0))


def _kill_one_of(kind: str) -> Callable[[Stack, random.Random], bool]:
    def act(portal: Stack, dice: random.Random) -> bool:
        found = _processes(portal)[kind]
        if found:
            kill(dice.choice(found))
        return bool(found)

    return act


def _run(code: str) -> Callable[[Stack, random.Random], bool]:
    def act(portal: Stack, dice: random.Random) -> bool:
        portal.manage("shell", "--no-imports", "-c", code)
        return True

    return act


_ACTS: Final = {
    "queue entries": _run(_EMPTY_QUEUES),
    "connections": _run(_DROP_CONNECTIONS),
}


def _processes(portal: Stack) -> dict[str, list[int]]:
    """Those of the portal by what they are."""
    found: dict[str, list[int]] = {
        kind: []
        for kind in ("web", "cluster", "sentinel", "worker", "decoder", "janitor")
    }
    assert portal.process is not None
    for process in psutil.Process(portal.process.pid).children(recursive=True):
        try:
            kind = _kind_of(process)
        except psutil.NoSuchProcess:
            continue
        if kind:
            found[kind].append(process.pid)
    return found


def _kind_of(process: psutil.Process) -> str:
    words = process.cmdline()
    if any(word.endswith("decode_worker.py") for word in words):
        return "decoder"
    if any("uvicorn" in word for word in words):
        return "web"
    if "janitor" in words:
        return "janitor"
    if "cluster" not in words:
        return ""
    # A fork has its parent's words: a cluster's child is its sentinel, whose are the
    # workers, and django-q2's pusher and monitor.
    depth = 0
    parent = process.parent()
    while parent is not None and "cluster" in parent.cmdline():
        depth += 1
        parent = parent.parent()
    return ("cluster", "sentinel", "worker")[min(depth, 2)]


def _wait_and_count(portal: Stack, outcome: Outcome) -> None:
    began = time.monotonic()
    while True:
        said = portal.manage("shell", "--no-imports", "-c", _COUNT)
        found = json.loads(said.rsplit("COUNTED", 1)[1])
        is_over = all(row[1] not in ("queued", "running") for row in found.values())
        if is_over or time.monotonic() - began > CALM_SECONDS:
            break
        time.sleep(2)
    outcome.calm_seconds = time.monotonic() - began
    for uuid in outcome.acknowledged:
        texts, *why = found.get(uuid, (0, "no recording"))
        if not texts:
            outcome.lost.append((uuid, why))
        outcome.doubled += texts > 1
        outcome.transcripts += texts == 1
    outcome.given_back = len(_GIVEN_BACK.findall(portal.log()))
