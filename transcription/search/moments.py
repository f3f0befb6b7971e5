"""The moment at which a hit is said, as exactly as the transcript knows it."""

from collections.abc import Mapping, Sequence


def said_at(
    raw: str, place: int, words: Sequence[Mapping[str, object]], start_ms: int
) -> int:
    """When the raw text's character ``place`` is said; ``start_ms`` without words."""
    done, moment = 0, start_ms
    for word in words:
        text, at = word.get("text"), word.get("start_ms")
        if not isinstance(text, str) or not isinstance(at, int):
            return start_ms
        begins = raw.find(text, done)
        if begins < 0 or begins > place:
            break
        moment, done = at, begins + len(text)
    return moment
