"""Who may come in: what platform admins order of the recogniser."""

from tests.factories import make_worker
from tests.isolation.rules import Door, Rule, Scene


def _worker(scene: Scene) -> dict[str, object]:
    return {"worker_id": make_worker().pk}


RULES = [
    Rule("platform:engine_workers", door=Door.PLATFORM),
    Rule(
        "platform:engine_request",
        "post",
        door=Door.PLATFORM,
        kwargs=_worker,
        data=lambda scene: {"action": "unload"},
    ),
    Rule("platform:intake_pause", "post", door=Door.PLATFORM),
    Rule("platform:intake_resume", "post", door=Door.PLATFORM),
]
