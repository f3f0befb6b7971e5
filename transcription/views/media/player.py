"""What every page with a player hands to it."""

from django.urls import reverse

from accounts.http.requests import DepartmentRequest
from transcription.models.recordings import Recording
from transcription.services.media.types import playable


def media_url(request: DepartmentRequest, found: Recording) -> str:
    """Where the sound is. The version keeps a browser from mixing the original with the
    playable copy that the first job makes."""
    if playable(found) is None:
        return ""
    kwargs = {"department": request.department.slug, "uuid": found.uuid}
    version = "copy" if found.playback_file else "original"
    return f"{reverse('transcription:media', kwargs=kwargs)}?v={version}"


def start_seconds(raw: str) -> str:
    """``?t=12.3`` as the player takes it; empty for what is no time."""
    try:
        return f"{max(0.0, min(float(raw), 1e6)):.3f}"
    except ValueError:
        return ""
