"""Who may come in: reference sets, their clips, evaluation runs."""

from django.core.files.base import ContentFile
from django.utils import timezone

from tests.isolation.rules import ADMINS, Rule, Scene
from transcription.models.evaluation import (
    EvaluationRun,
    LibraryKind,
    ReferenceItem,
    ReferenceSet,
)
from transcription.models.runs import JobState


def _reference_set(scene: Scene) -> ReferenceSet:
    made, is_new = ReferenceSet.objects.get_or_create(
        department=scene.sales, name="回归"
    )
    if is_new:
        item = ReferenceItem(
            reference_set=made, name="a.wav", text="您好", language="zh"
        )
        item.media_format = "wav"
        item.file.save("original", ContentFile(b"RIFF....WAVEfmt "), save=False)
        item.save()
    return made


def _run(scene: Scene) -> EvaluationRun:
    made, _is_new = EvaluationRun.objects.get_or_create(
        reference_set=_reference_set(scene),
        library=LibraryKind.JOBS,
        state=JobState.SUCCEEDED,
        finished_at=timezone.now(),
    )
    return made


def _set_of(scene: Scene) -> dict[str, object]:
    return {"uuid": _reference_set(scene).uuid}


def _item_of(scene: Scene) -> dict[str, object]:
    item = _reference_set(scene).items.get()
    return {**_set_of(scene), "item_uuid": item.uuid}


def _run_of(scene: Scene) -> dict[str, object]:
    return {"uuid": _run(scene).uuid}


def _recording(scene: Scene) -> dict[str, object]:
    segment = scene.segment
    segment.edited_at, segment.edited_by = timezone.now(), scene.owner
    segment.save()
    return {"uuid": scene.recording.uuid}


def _list_of(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.hotword_list.uuid}


def _before(scene: Scene) -> dict[str, object]:
    return {"before": str(_run(scene).uuid)}


RULES = [
    Rule("transcription:evaluation"),
    Rule(
        "transcription:reference_set_create",
        "post",
        roles=ADMINS,
        data=lambda scene: {"name": "新集"},
    ),
    Rule("transcription:corrections_take", "post", roles=ADMINS),
    Rule("transcription:reference_set", kwargs=_set_of),
    Rule("transcription:reference_set_delete", roles=ADMINS, kwargs=_set_of),
    Rule("transcription:reference_set_delete", "post", roles=ADMINS, kwargs=_set_of),
    Rule("transcription:reference_clips_add", "post", roles=ADMINS, kwargs=_set_of),
    Rule("transcription:reference_audio", kwargs=_item_of),
    Rule("transcription:reference_item_delete", "post", roles=ADMINS, kwargs=_item_of),
    Rule("transcription:reference_take", "post", roles=ADMINS, kwargs=_recording),
    Rule(
        "transcription:evaluation_order",
        "post",
        roles=ADMINS,
        kwargs=_set_of,
        data=lambda scene: {"library": "none"},
    ),
    Rule("transcription:hotword_try", kwargs=_list_of),
    Rule("transcription:hotword_try", "post", roles=ADMINS, kwargs=_list_of),
    Rule("transcription:evaluation_run", kwargs=_run_of),
    Rule("transcription:evaluation_status", kwargs=_run_of),
    Rule("transcription:evaluation_compare", kwargs=_run_of, data=_before),
    Rule("transcription:evaluation_export", kwargs=_run_of),
    Rule("transcription:evaluation_cancel", "post", roles=ADMINS, kwargs=_run_of),
    Rule("transcription:evaluation_delete", "post", roles=ADMINS, kwargs=_run_of),
]
