"""The folders of templates: what one names exists, none is left over; their lines."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
NAMED = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
ROOMS = ("accounts", "portal", "transcription")
OF_A_STATUS = re.compile(r"errors/\d{3}\.html")
MOST_IN_A_FOLDER = 10
LONGEST_LINE = 160


def texts() -> Iterator[tuple[Path, str]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        yield path, path.read_text(encoding="utf-8")


def test_every_template_that_a_template_names_is_there() -> None:
    named = {
        (path.name, name) for path, text in texts() for name in NAMED.findall(text)
    }
    assert len(named) > 100
    assert not {(by, name) for by, name in named if not (TEMPLATES / name).is_file()}


def test_every_template_is_named_by_a_template_or_a_view() -> None:
    by_templates = {name for _, text in texts() for name in NAMED.findall(text)}
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ROOMS
        for path in (settings.BASE_DIR / room).rglob("*.py")
    )
    names = {path.relative_to(TEMPLATES).as_posix() for path, _ in texts()}
    named = by_templates | {name for name in names if f'"{name}"' in code}
    assert {name for name in names - named if not OF_A_STATUS.fullmatch(name)} == set()


def test_a_folder_of_templates_is_seen_at_a_glance() -> None:
    folders = {path.parent for path in TEMPLATES.rglob("*.html")}
    assert len(folders) > 10
    crowded = {
        p.name for p in folders if len(list(p.glob("*.html"))) > MOST_IN_A_FOLDER
    }
    assert crowded == set()


def test_a_line_of_a_template_is_read_without_scrolling() -> None:
    long = {
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > LONGEST_LINE
    }
    assert long == set()
