"""Many clips at once, with a text file of the same name beside each."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from accounts.services.audit.writing import Origin
from accounts.services.refusal import Refused
from transcription.models.evaluation import ReferenceSet
from transcription.services.evaluation.sets import add_clip
from transcription.services.media.text_files import MAX_BYTES, decode_text
from transcription.services.media.uploads import HashedUpload


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be taken: its name, a code, a sentence for people."""

    name: str
    code: str
    message: str


def is_text(file: HashedUpload) -> bool:
    """Whether the file is no clip but what is said in one."""
    return PurePath(file.name or "").suffix.lower() == ".txt"


def add_clips(
    *,
    reference_set: ReferenceSet,
    origin: Origin,
    files: Sequence[HashedUpload],
    text: str,
    language: str,
) -> tuple[int, list[Problem]]:
    """How many clips became items, and what became of the others. ``text`` is for clips
    without a text file; empty, it is silence where no file has one, and else the text
    file has another name by mistake."""
    texts = {_stem(file): file for file in files if is_text(file)}
    clips = [file for file in files if not is_text(file)]
    problems = _texts_alone(texts, clips)
    added = 0
    for clip in clips:
        beside = texts.get(_stem(clip))
        try:
            add_clip(
                reference_set=reference_set,
                origin=origin,
                file=clip,
                text=_text_of(beside) if beside else _given(text, is_alone=not texts),
                language=language,
            )
        except Refused as refused:
            problems.append(_problem(clip, refused.code, refused.sentence))
        else:
            added += 1
    return added, problems


def _given(text: str, *, is_alone: bool) -> str:
    if not text and not is_alone:
        raise Refused("no_text_file", _("There is no text file of this name."))
    return text


def _texts_alone(
    texts: dict[str, HashedUpload], clips: Sequence[HashedUpload]
) -> list[Problem]:
    stems = {_stem(clip) for clip in clips}
    message = _("There is no clip of this name.")
    return [
        _problem(file, "no_clip", message)
        for stem, file in texts.items()
        if stem not in stems
    ]


def _problem(file: HashedUpload, code: str, message: str) -> Problem:
    return Problem(file.name or "", code, message)


def _stem(file: HashedUpload) -> str:
    return PurePath(file.name or "").stem.casefold()


def _text_of(file: HashedUpload) -> str:
    file.seek(0)  # it may belong to two clips, a.wav and a.flac
    return decode_text(file.read(MAX_BYTES + 1))
