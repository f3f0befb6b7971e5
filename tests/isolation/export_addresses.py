"""Who may come in: archives of many recordings, each its orderer's alone."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from tests.isolation.rules import Door, Rule, Scene
from transcription.models.exports import RecordingExport
from transcription.models.runs import JobState


def _own(scene: Scene) -> dict[str, object]:
    """Ready to be downloaded by whoever the scene's things belong to."""
    found = RecordingExport.objects.filter(requested_by=scene.owner).first()
    if found is None:
        name = default_storage.save("exports/1/whole.zip", ContentFile(b"PK"))
        found = RecordingExport.objects.create(
            department=scene.sales,
            requested_by=scene.owner,
            state=JobState.SUCCEEDED,
            archive=name,
            expires_at=timezone.now() + timedelta(days=1),
        )
    return {"department": scene.sales.slug, "uuid": found.uuid}


def _chosen(scene: Scene) -> dict[str, object]:
    return {"recording": str(scene.recording.uuid)}


RULES = [
    Rule("transcription:exports"),
    Rule("transcription:exports_list"),
    Rule("transcription:export_new", "post", data=_chosen),
    # A colleague finds them as little as a stranger does.
    *(
        Rule(f"transcription:{name}", method, door=Door.PERSON, kwargs=_own)
        for name, method in (
            ("export_run", "get"),
            ("export_download", "get"),
            ("export_cancel", "post"),
            ("export_delete", "post"),
        )
    ),
]
