"""ct-punc through FunASR: commas, full stops and question marks for bare text.

FunASR takes a text that begins like a URL for one and fetches it, and changes letters:
it writes English sentences with a capital and sets spaces of its own. So text that
could be an address never reaches it, and of its answer only the marks are believed.
"""

import logging
import re
from pathlib import Path
from typing import Final

from transcription.engine.base import EngineError
from transcription.engine.funasr.runtime import FunasrModel
from transcription.engine.guards import HAN

logger = logging.getLogger(__name__)

MARKS: Final = frozenset("，。？、,.?")
_WIDE: Final = {",": "，", ".": "。", "?": "？"}
MAX_CHARACTERS: Final = 2_000  # a piece of 30 s has 400 at most
# What people say: letters and figures of any script, spaces, and the signs inside
# names and numbers. No slash, colon or tag: no path, no URL, no markup.
_PLAIN: Final = re.compile(r"[\w \-.·&+'%，。？、！,?!]+")


class FunasrPunctuator:
    """CT-Transformer from a local directory."""

    def __init__(self, directory: Path, *, threads: int) -> None:
        self._model = FunasrModel(
            directory, "CTTransformer", threads=threads, device="cpu"
        )

    def punctuate(self, text: str) -> str:
        """See ``Punctuator``."""
        if not is_plain(text):
            return text
        try:
            # A list: a bare string would be opened when a file has its name. The space
            # makes it the name of nothing; FunASR splits it off.
            (result,) = self._model.generate([f" {text}"])
        except EngineError as error:
            logger.warning("ct-punc failed: %s", error)
            return text
        return with_marks_of(str(result.get("text", "")), text)


def is_plain(text: str) -> bool:
    """Whether a text is words to be punctuated, and nothing that could be opened."""
    return (
        len(text) <= MAX_CHARACTERS
        and _PLAIN.fullmatch(text) is not None
        and any(character.isalnum() for character in text)
    )


def with_marks_of(answer: str, text: str) -> str:
    """``text`` with the marks that ``answer`` has between its letters.

    ``text`` as it is when the answer's letters are others; their case does not count,
    and the answer's spaces neither.
    """
    is_chinese = HAN.search(text) is not None
    parts: list[str] = []
    at = 0
    for character in answer:
        if character.isspace():
            continue
        following = _after_spaces(text, at)
        if following < len(text) and character.lower() == text[following].lower():
            parts.append(text[at : following + 1])
            at = following + 1
        elif character in MARKS:
            parts.append(_WIDE.get(character, character) if is_chinese else character)
        else:
            return text
    if text[at:].strip():
        return text
    return "".join(parts) + text[at:]


def _after_spaces(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
