"""Which bytes a browser may be handed inline, and under which name."""

from django.db.models.fields.files import FieldFile

from transcription.models.evaluation import ReferenceItem
from transcription.models.recordings import Recording

# Sniffed format → what a browser plays. Whatever is not here is only downloaded.
_PLAYABLE = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "mp4": "audio/mp4",
    "ogg": "audio/ogg",
    "aac": "audio/aac",
}


def is_playable(media_format: str) -> bool:
    """Whether browsers play it as it is."""
    return media_format in _PLAYABLE


def playable_item(item: ReferenceItem) -> tuple[FieldFile, str] | None:
    """The sound of a reference item that has a file of its own."""
    content_type = _PLAYABLE.get(item.media_format)
    return (item.file, content_type) if item.file and content_type else None


def playable(recording: Recording) -> tuple[FieldFile, str] | None:
    """The file for the player and its type; None while there is none to play."""
    if recording.playback_file:
        return recording.playback_file, "audio/mpeg"
    content_type = _PLAYABLE.get(recording.media_format)
    return (recording.file, content_type) if content_type else None
