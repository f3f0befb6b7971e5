"""The lines of ``/api/v1/``: each names the department in its address."""

from collections.abc import Mapping

from django.utils import timezone

from accounts.roles import Role
from tests.isolation.rules import (
    ADMINS,
    EDITORS,
    EVERYBODY,
    UPLOADERS,
    Door,
    Rule,
    Scene,
    nothing,
)


def _recording(scene: Scene) -> Mapping[str, object]:
    assert scene.transcript
    return {"uuid": scene.recording.uuid}


def _trashed(scene: Scene) -> Mapping[str, object]:
    scene.recording.deleted_at = timezone.now()
    scene.recording.save()
    return {"uuid": scene.recording.uuid}


def _job(scene: Scene) -> Mapping[str, object]:
    return {"uuid": scene.transcript.job.uuid}


def _segment(scene: Scene) -> Mapping[str, object]:
    return {"uuid": scene.recording.uuid, "segment_id": scene.segment.pk}


def _export(scene: Scene) -> Mapping[str, object]:
    return {**_recording(scene), "fmt": "srt"}


def _list(scene: Scene) -> Mapping[str, object]:
    return {"uuid": scene.hotword_list.uuid}


def _words(scene: Scene) -> Mapping[str, object]:
    return {"words": ["利率", "理财产品"]}


def _question(scene: Scene) -> Mapping[str, object]:
    return {"q": "利率"}


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
    # Without a file: the answer of an open door is a 400.
    _rule("recordings", "post", roles=UPLOADERS),
    _rule("trash"),
    _rule("transcript", kwargs=_recording),
    _rule("segments", kwargs=_recording),
    _rule("segment", kwargs=_segment),
    _rule("segment", "patch", _segment, EDITORS, lambda scene: {"text": "您好。"}),
    _rule("correction", "delete", _segment, EDITORS),
    _rule("export", kwargs=_export),
    _rule("search", data=_question),
    _rule("hotword_lists"),
    _rule("hotword_list", kwargs=_list),
    _rule("hotword_draft", kwargs=_list),
    _rule("hotword_draft", "put", _list, ADMINS, _words),
    _rule("hotword_publish", "post", _list, ADMINS),
    _rule("jobs"),
    _rule("job", kwargs=_job),
    _rule("job_cancel", "post", _job, EDITORS),
    _rule("job_retry", "post", _job, EDITORS),
]
