"""Several sentences as one text."""

from collections.abc import Iterable

from django.utils.translation import get_language


def in_a_row(sentences: Iterable[str]) -> str:
    """As the page's language writes them: Chinese has no space after its full stop."""
    separator = "" if (get_language() or "").startswith("zh") else " "
    return separator.join(sentence for sentence in sentences if sentence)
