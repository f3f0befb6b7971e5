"""The colours can be read: WCAG AA, computed, in both themes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = Path(settings.BASE_DIR) / "static/css/frame/tokens.css"
CSS = TOKENS.read_text(encoding="utf-8")
Tokens = dict[str, str]


def _block(selector: str) -> Tokens:
    body = CSS.split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", body))


LIGHT = _block(":root")
DARK = LIGHT | _block(':root[data-theme="dark"]')

GROUNDS = ("canvas", "surface", "surface-sunken", "surface-hover")
MEANINGS = ("ok", "warn", "danger", "info", "neutral")
TEXTS = [
    *(
        (ink, ground)
        for ink in ("text", "text-muted", "text-faint")
        for ground in GROUNDS
    ),
    *(("link", ground) for ground in GROUNDS),
    *((ink, "surface-active") for ink in ("text", "text-muted", "text-faint")),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-accent-soft", "accent-soft"),
    ("on-danger", "danger-solid"),
    ("on-danger", "danger-solid-hover"),
    ("on-mark", "mark"),
    ("on-mark", "mark-current"),
    ("on-now", "now"),
    ("danger", "surface"),
    *((meaning, f"{meaning}-soft") for meaning in MEANINGS),
    *((f"voice-{i}", g) for i in range(6) for g in ("surface", "surface-active")),
]
# Edges of controls, focus rings and the waveform need 3:1.
EDGES = [
    (edge, ground)
    for edge in ("line-strong", "focus", "wave-played")
    for ground in ("canvas", "surface")
]


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", TEXTS, ids="-on-".join)
def test_text_can_be_read(theme: Tokens, pair: tuple[str, str]) -> None:
    assert contrast(theme[pair[0]], theme[pair[1]]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", EDGES, ids="-on-".join)
def test_edges_can_be_seen(theme: Tokens, pair: tuple[str, str]) -> None:
    assert contrast(theme[pair[0]], theme[pair[1]]) >= 3


def test_a_dark_system_gets_the_same_dark_as_the_switch() -> None:
    assert _block(':root[data-theme="auto"]') == _block(':root[data-theme="dark"]')


def test_no_other_file_names_a_colour() -> None:
    others = set((Path(settings.BASE_DIR) / "static/css").rglob("*.css")) - {TOKENS}
    assert len(others) > 10
    for path in others:
        css = path.read_text(encoding="utf-8")
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)", css), path.name
