"""Who may come in: where a recording has speech."""

from tests.factories import make_vad_run
from tests.isolation.rules import ADMINS, UPLOADERS, Rule, Scene
from transcription.models.speech import VadRun


def _recording(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.recording.uuid}


def _run(scene: Scene) -> dict[str, object]:
    runs = VadRun.objects.filter(recording=scene.recording)
    run = runs.first() or make_vad_run(scene.recording)
    return {"uuid": scene.recording.uuid, "run": run.uuid}


def _export(scene: Scene) -> dict[str, object]:
    return {**_run(scene), "fmt": "csv"}


def _parameters(scene: Scene) -> dict[str, object]:
    return {
        "end_silence_ms": 300,
        "max_segment_ms": 10_000,
        "gap_ms": 0,
        "pad_ms": 50,
    }


RULES = [
    Rule("transcription:vad", kwargs=_recording),
    Rule(
        "transcription:vad",
        "post",
        roles=UPLOADERS,
        kwargs=_recording,
        data=_parameters,
    ),
    Rule("transcription:vad_status", kwargs=_run),
    Rule("transcription:vad_cancel", "post", roles=UPLOADERS, kwargs=_run),
    Rule("transcription:vad_export", kwargs=_export),
    Rule(
        "transcription:vad_keep",
        "post",
        roles=ADMINS,
        kwargs=_recording,
        data=_parameters,
    ),
    Rule("transcription:vad_reset", "post", roles=ADMINS, kwargs=_recording),
]
