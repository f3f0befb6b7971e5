"""What stands on a page, piece by piece."""

from html.parser import HTMLParser

SPOKEN = ("aria-label", "title", "placeholder", "alt", "value", "label")


class _Pieces(HTMLParser):
    """Every text between two tags, and what attributes say to people or scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.found.add(" ".join(data.split()))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name in SPOKEN or name.startswith("data-text-")):
                self.found.add(" ".join(value.split()))


def pieces(page: str) -> set[str]:
    """The names by which a reader finds something on the page."""
    parser = _Pieces()
    parser.feed(page)
    return parser.found - {""}
