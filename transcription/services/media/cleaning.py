"""Text that people send, made fit for one line of a database column."""

import unicodedata

# Invisible characters that belong to real words and names; every other control or
# format character goes (NUL, which PostgreSQL refuses; direction overrides, which lie).
_KEPT_FORMAT = {"\u200c", "\u200d"}


def clean_line(text: str, max_length: int) -> str:
    """NFC, one line, no control characters, no lone surrogates, not too long."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    kept = (
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace()
        or char in _KEPT_FORMAT
        or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
    )
    return " ".join("".join(kept).split())[:max_length].strip()
