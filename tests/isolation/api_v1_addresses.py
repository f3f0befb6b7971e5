"""The lines of ``/api/v1/``: each names the department in its address."""

from collections.abc import Mapping

from django.utils import timezone

from accounts.roles import Role
from tests.isolation.rules import EDITORS, EVERYBODY, Door, Rule, Scene, nothing


def _recording(scene: Scene) -> Mapping[str, object]:
    assert scene.transcript
    return {"uuid": scene.recording.uuid}


def _trashed(scene: Scene) -> Mapping[str, object]:
    scene.recording.deleted_at = timezone.now()
    scene.recording.save()
    return {"uuid": scene.recording.uuid}


def _job(scene: Scene) -> Mapping[str, object]:
    return {"uuid": scene.transcript.job.uuid}


def _rule(
    name: str,
    method: str = "get",
    kwargs: object = nothing,
    roles: frozenset[Role] = EVERYBODY,
    data: object = nothing,
) -> Rule:
    return Rule(
        f"api:v1:{name}",
        method,
        roles=roles,
        door=Door.API,
        kwargs=kwargs,  # type: ignore[arg-type]
        data=data,  # type: ignore[arg-type]
        has_slug=name != "departments",
    )


RULES = [
    _rule("departments"),
    _rule("department"),
    _rule("recordings"),
    _rule("recording", kwargs=_recording),
    _rule(
        *("recording", "patch", _recording, EDITORS),
        lambda scene: {"title": "回访"},
    ),
    _rule("recording", "delete", _recording, EDITORS),
    _rule("restore", "post", _trashed, EDITORS),
    _rule("trash"),
    _rule("jobs"),
    _rule("job", kwargs=_job),
    _rule("job_cancel", "post", _job, EDITORS),
    _rule("job_retry", "post", _job, EDITORS),
]
