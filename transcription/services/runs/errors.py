"""A sentence for people behind every machine code of the road from file to text."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from transcription.engine.base import ErrorCode
from transcription.pipeline.audio.sniff import SILK

# An evaluation's own: each of its sentences has a code that says why.
NOTHING_RECOGNISED: Final = "nothing_heard"

_SENTENCES: dict[str, Promise] = {
    ErrorCode.EMPTY_FILE: _("The file is empty."),
    ErrorCode.UNSUPPORTED_FORMAT: _(
        "This is not a recording in a format that can be read here. "
        "Use WAV, MP3, M4A, MP4, OGG, OPUS, WEBM, FLAC, AMR, AAC, WMA, 3GP, AVI or CAF."
    ),
    ErrorCode.CORRUPT_AUDIO: _("The file is damaged and cannot be decoded."),
    ErrorCode.NO_AUDIO: _("The file has no sound track."),
    ErrorCode.TOO_LONG: _("The recording is longer than this portal accepts."),
    ErrorCode.TOO_LARGE: _("The file is larger than this portal accepts."),
    ErrorCode.TOO_MANY_CHANNELS: _("The recording has too many channels."),
    ErrorCode.DECODE_LIMIT: _(
        "Decoding this file asked for more time, memory or access than is allowed."
    ),
    ErrorCode.LANGUAGE_UNSUPPORTED: _(
        "The recogniser on this machine does not know this language."
    ),
    ErrorCode.MODEL_MISSING: _(
        "No speech model is installed. An administrator has to install one."
    ),
    ErrorCode.MODEL_BROKEN: _(
        "The speech model's files are damaged. An administrator has to install it "
        "again."
    ),
    ErrorCode.DECODER_LOST: _(
        "The process that decodes this recording ended without an answer: the machine "
        "had too little memory, or the file makes it crash."
    ),
    ErrorCode.DISK_FULL: _(
        "The server's disk has too little room for decoding this recording. The "
        "recording itself is kept."
    ),
    ErrorCode.OUT_OF_MEMORY: _("The machine had too little memory for this recording."),
    ErrorCode.ENGINE_FAILED: _("The recogniser failed on this recording."),
    ErrorCode.STORAGE_FAILED: _("The file could not be read from or written to disk."),
    ErrorCode.WORKER_LOST: _(
        "The process that worked on this recording ended unexpectedly, several times."
    ),
    ErrorCode.SERVICE_FAILED: _("The recognition service does not answer."),
    ErrorCode.DEVICE_FAILED: _("The graphics card failed while it worked on this."),
    NOTHING_RECOGNISED: _("None of the sentences could be recognised."),
}
# Where the detail says more than the code.
_IN_DETAIL: dict[tuple[str, str], Promise] = {
    (ErrorCode.UNSUPPORTED_FORMAT, SILK): _(
        "This is a voice message of WeChat or QQ (SILK), which cannot be read here. "
        "Convert it to MP3 or WAV and upload that."
    ),
}


def sentence(code: str, detail: str = "") -> str:
    """What to tell people; ``detail`` (a codec, a language) follows in brackets."""
    if own := _IN_DETAIL.get((code, detail)):
        return str(own)
    text = str(_SENTENCES.get(code, _SENTENCES[ErrorCode.ENGINE_FAILED]))
    if not detail:
        return text
    return gettext("%(sentence)s (%(detail)s)") % {"sentence": text, "detail": detail}
