"""Who may come in: recordings, their jobs, their text, the trash."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.isolation.rules import ADMINS, EDITORS, UPLOADERS, Rule, Scene
from transcription.models.transcripts import Speaker


def _recording(scene: Scene) -> dict[str, object]:
    assert scene.transcript
    return {"uuid": scene.recording.uuid}


def _trashed(scene: Scene) -> dict[str, object]:
    scene.recording.deleted_at = timezone.now()
    scene.recording.save()
    return {"uuid": scene.recording.uuid}


def _segment(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.recording.uuid, "segment_id": scene.segment.pk}


def _speaker(scene: Scene) -> dict[str, object]:
    speaker, _new = Speaker.objects.get_or_create(
        transcript=scene.transcript, label="channel-0"
    )
    return {"uuid": scene.recording.uuid, "speaker_id": speaker.pk}


def _export(scene: Scene) -> dict[str, object]:
    return {**_recording(scene), "fmt": "srt"}


def _file(scene: Scene) -> dict[str, object]:
    return {"file": SimpleUploadedFile("note.txt", b"not a recording")}


RULES = [
    Rule("transcription:archive"),
    Rule("transcription:engine"),
    Rule("transcription:job_states"),
    Rule("transcription:upload", roles=UPLOADERS),
    Rule("transcription:upload", "post", roles=UPLOADERS, data=_file),
    Rule("transcription:trash", roles=UPLOADERS),
    Rule("transcription:recording", kwargs=_recording),
    Rule("transcription:media", kwargs=_recording),
    Rule("transcription:original", kwargs=_recording),
    Rule("transcription:export", kwargs=_export),
    Rule("transcription:words", kwargs=_recording),
    Rule("transcription:job_status", kwargs=_recording),
    Rule("transcription:recording_edit", roles=EDITORS, kwargs=_recording),
    Rule("transcription:recording_edit", "post", roles=EDITORS, kwargs=_recording),
    Rule("transcription:delete", "post", roles=EDITORS, kwargs=_recording),
    Rule("transcription:job_retry", "post", roles=EDITORS, kwargs=_recording),
    Rule("transcription:job_cancel", "post", roles=EDITORS, kwargs=_recording),
    Rule("transcription:segment_edit", roles=EDITORS, kwargs=_segment),
    Rule(
        "transcription:segment_edit",
        "post",
        roles=EDITORS,
        kwargs=_segment,
        data=lambda scene: {"text": "您好"},
    ),
    Rule(
        "transcription:speaker_rename",
        "post",
        roles=EDITORS,
        kwargs=_speaker,
        data=lambda scene: {"name": "王芳"},
    ),
    Rule("transcription:channels_swap", "post", roles=EDITORS, kwargs=_recording),
    Rule("transcription:restore", "post", roles=EDITORS, kwargs=_trashed),
    Rule("transcription:purge", roles=ADMINS, kwargs=_trashed),
    Rule("transcription:purge", "post", roles=ADMINS, kwargs=_trashed),
]
