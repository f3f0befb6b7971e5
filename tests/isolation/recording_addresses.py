"""Who may come in: recordings, their jobs, their text, the trash."""

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.isolation.rules import (
    ADMINS,
    EDITORS,
    OVERSEERS,
    UPLOADERS,
    Rule,
    Scene,
)
from transcription.models.corrections import Correction
from transcription.models.imports import ArchiveImport
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


def _correction(scene: Scene) -> dict[str, object]:
    made = Correction.objects.create(segment=scene.segment, before="您", after="你")
    return {"uuid": scene.recording.uuid, "correction_uuid": made.uuid}


def _speaker(scene: Scene) -> dict[str, object]:
    speaker, _new = Speaker.objects.get_or_create(
        transcript=scene.transcript, label="channel-0"
    )
    return {"uuid": scene.recording.uuid, "speaker_id": speaker.pk}


def _export(scene: Scene) -> dict[str, object]:
    return {**_recording(scene), "fmt": "srt"}


def _file(scene: Scene) -> dict[str, object]:
    return {"file": SimpleUploadedFile("note.txt", b"not a recording")}


def _heard(scene: Scene) -> dict[str, object]:
    return {"stretches": "0-1000"}


def _copied(scene: Scene) -> dict[str, object]:
    return {"sentences": 3}


def _order(scene: Scene) -> dict[str, object]:
    return {"action": "tag", "tag": "投诉", "recording": str(scene.recording.uuid)}


def _chosen(scene: Scene) -> dict[str, object]:
    return {"recording": str(scene.recording.uuid)}


def _import(scene: Scene) -> dict[str, object]:
    made = ArchiveImport.objects.create(
        department=scene.sales,
        user=scene.owner,
        name="list.csv",
        fingerprint=uuid4().hex,  # a page may be asked for twice
        header=["文件"],
        columns={"file": 0},
        time_zone="Asia/Shanghai",
        language="zh",
        line_count=1,
    )
    made.lines.create(number=2, file_path="a.wav", cells=["a.wav"])
    return {"uuid": made.uuid}


def _draft(scene: Scene) -> dict[str, object]:
    return {"draft": "keep", "text": "还没有保存"}


RULES = [
    Rule("transcription:notices"),
    Rule("transcription:notices_badge"),
    Rule("transcription:notices_read", "post"),
    Rule("transcription:home"),
    Rule("transcription:archive"),
    Rule("transcription:engine"),
    Rule("transcription:job_states"),
    Rule("transcription:agents", roles=ADMINS),
    Rule("transcription:agents", "post", roles=ADMINS),
    Rule("transcription:upload", roles=UPLOADERS),
    Rule("transcription:upload", "post", roles=UPLOADERS, data=_file),
    Rule("transcription:imports", roles=UPLOADERS),
    Rule("transcription:imports", "post", roles=UPLOADERS, data=_file),
    Rule(
        "transcription:import_template",
        roles=UPLOADERS,
        kwargs=lambda scene: {"language": "zh"},
        is_shared=True,
    ),
    *(
        Rule(f"transcription:import{name}", roles=EDITORS, kwargs=_import)
        for name in ("", "_lines", "_errors")
    ),
    Rule("transcription:import", "post", roles=EDITORS, kwargs=_import),
    Rule(
        "transcription:import_files",
        "post",
        roles=EDITORS,
        kwargs=_import,
        data=_file,
    ),
    Rule("transcription:trash"),
    Rule("transcription:bulk", "post", roles=UPLOADERS, data=_order),
    Rule("transcription:bulk_undo", "post", roles=UPLOADERS),
    Rule("transcription:bulk_restore", "post", roles=UPLOADERS),
    Rule("transcription:move", "post", roles=ADMINS, data=_chosen),
    Rule("transcription:tags", roles=EDITORS),
    Rule("transcription:tags", "post", roles=EDITORS),
    Rule("transcription:recording", kwargs=_recording),
    Rule("transcription:readers", roles=OVERSEERS, kwargs=_recording),
    Rule("transcription:media", kwargs=_recording),
    Rule("transcription:heard", "post", kwargs=_recording, data=_heard),
    Rule("transcription:copied", "post", kwargs=_recording, data=_copied),
    Rule("transcription:original", kwargs=_recording),
    Rule("transcription:export", kwargs=_export),
    Rule("transcription:segments", kwargs=_recording),
    Rule("transcription:words", kwargs=_recording),
    Rule("transcription:find", kwargs=_recording),
    Rule("transcription:doubts", kwargs=_recording),
    Rule("transcription:text", kwargs=_recording),
    Rule("transcription:print", kwargs=_recording),
    Rule("transcription:job_status", kwargs=_recording),
    Rule("transcription:recording_edit", roles=EDITORS, kwargs=_recording),
    Rule("transcription:recording_edit", "post", roles=EDITORS, kwargs=_recording),
    Rule("transcription:delete", "post", roles=EDITORS, kwargs=_recording),
    Rule("transcription:job_retry", "post", roles=EDITORS, kwargs=_recording),
    Rule("transcription:job_cancel", "post", roles=EDITORS, kwargs=_recording),
    Rule("transcription:segment_edit", roles=EDITORS, kwargs=_segment),
    Rule("transcription:correction", roles=OVERSEERS, kwargs=_correction),
    Rule(
        "transcription:segment_edit",
        "post",
        roles=EDITORS,
        kwargs=_segment,
        data=lambda scene: {"text": "您好"},
    ),
    *(
        Rule(name, "post", roles=EDITORS, kwargs=kwargs, data=_draft)
        for name, kwargs in (
            ("transcription:segment_edit", _segment),
            ("transcription:recording_edit", _recording),
        )
    ),
    Rule("transcription:speaker_rename", roles=EDITORS, kwargs=_speaker),
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
