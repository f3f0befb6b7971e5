"""The moment at which a hit is said, as exactly as the transcript knows it."""

from collections.abc import Sequence

from transcription.engine.base import Word


def said_at(words: Sequence[Word], place: int, start_ms: int) -> int:
    """When the raw text's character ``place`` is said; ``start_ms`` without words."""
    begun = [word.start_ms for word in words if word.offset <= place]
    return begun[-1] if begun else start_ms
