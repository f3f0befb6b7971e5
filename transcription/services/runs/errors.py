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
    ErrorCode.EMPTY_FILE: _("The file is empty. Check it and choose again."),
    ErrorCode.UNSUPPORTED_FORMAT: _(
        "This is not a recording in a format that can be read here. "
        "Use WAV, MP3, M4A, MP4, OGG, OPUS, WEBM, FLAC, AMR, AAC, WMA, 3GP, AVI or CAF."
    ),
    ErrorCode.CORRUPT_AUDIO: _(
        "The file is damaged and cannot be opened. Export it again or choose "
        "another one."
    ),
    ErrorCode.NO_AUDIO: _("The file has no sound track."),
    ErrorCode.TOO_LONG: _("The recording is too long. Split it before you upload it."),
    ErrorCode.TOO_LARGE: _("The file is too large. Split it before you upload it."),
    ErrorCode.TOO_MANY_CHANNELS: _(
        "The recording has too many channels. Reduce them before you upload it."
    ),
    ErrorCode.DECODE_LIMIT: _(
        "Reading this file takes more time or memory than is allowed. Upload it"
        " in another format."
    ),
    ErrorCode.LANGUAGE_UNSUPPORTED: _(
        "The recogniser does not know this language. Choose another one, or ask"
        " your admin."
    ),
    ErrorCode.MODEL_MISSING: _(
        "No speech model is installed. Ask your admin to install one."
    ),
    ErrorCode.MODEL_BROKEN: _(
        "The speech model's files are damaged. Ask your admin to install it again."
    ),
    ErrorCode.DECODER_LOST: _(
        "The process that decodes this recording ended without an answer: the machine "
        "had too little memory, or the file makes it crash."
    ),
    ErrorCode.DISK_FULL: _(
        "The server's disk has too little room for decoding this recording. The "
        "recording itself is kept."
    ),
    ErrorCode.OUT_OF_MEMORY: _(
        "The server had too little memory for this recording. Try again later, or "
        "tell your admin."
    ),
    ErrorCode.ENGINE_FAILED: _(
        "The recogniser failed on this recording. Try again; if it keeps "
        "happening, tell your admin."
    ),
    ErrorCode.STORAGE_FAILED: _(
        "The server could not read or write the file. Try again later, or tell your"
        " admin."
    ),
    ErrorCode.WORKER_LOST: _(
        "The program that worked on this recording stopped unexpectedly several"
        " times. Tell your admin."
    ),
    ErrorCode.SERVICE_FAILED: _("The recognition service does not answer."),
    ErrorCode.DEVICE_FAILED: _(
        "The graphics card failed while it worked on this. Try again later, or tell"
        " your admin."
    ),
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
    """What to tell people. ``detail`` is a program's words, which they are spared."""
    own = _IN_DETAIL.get((code, detail)) or _SENTENCES.get(code)
    return str(own or _SENTENCES[ErrorCode.ENGINE_FAILED])


def detailed(code: str, detail: str) -> str:
    """What to tell whoever runs the machine: ``detail`` follows in brackets."""
    text = sentence(code, detail)
    if not detail or (code, detail) in _IN_DETAIL:
        return text
    return gettext("%(sentence)s (%(detail)s)") % {"sentence": text, "detail": detail}
