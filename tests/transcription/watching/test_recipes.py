"""What docs/watch.md advises is understood as it says."""

import re
from pathlib import Path

import pytest

from transcription.services.watching.rules import Rule, read_rule
from transcription.services.watching.telling import told_of

DOCUMENT = Path(__file__).parents[3] / "docs" / "watch.md"
RULES = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)


@pytest.fixture(params=RULES, ids=lambda text: text.split("\n")[1][:30])
def rule(request: pytest.FixtureRequest, tmp_path: Path) -> Rule:
    path = tmp_path / "sales.toml"
    path.write_text(request.param, "utf-8")
    return read_rule(path)


def test_every_rule_is_right(rule: Rule) -> None:
    assert rule.uploader == "recorder"


@pytest.mark.parametrize(
    ("of", "name", "told"),
    [
        ("FreePBX", "out-71222-002-20241105-091730-1730780250.107.wav",
         ("outbound", "71222", "002", "2024-11-05 01:17:30")),
        ("FreePBX", "external-002-13800138000-20241105-091730-1730780250.107.wav",
         ("inbound", "13800138000", "002", "2024-11-05 01:17:30")),
        ("FreePBX", "q-600-13800138000-20241105-091730-1730780250.107.wav",
         ("inbound", "13800138000", "", "2024-11-05 01:17:30")),
        ("FreePBX", "external-002-anonymous-20241105-091730-1.107.wav",
         ("", "", "", "")),
        ("OrkAudio", "20240301_140509_ABCD.wav",
         ("", "", "", "2024-03-01 06:05:09")),
        ("MixMonitor", "20240301-140509_in_13800138000_101.wav",
         ("inbound", "13800138000", "101", "2024-03-01 06:05:09")),
    ],
)  # fmt: skip
def test_the_names_of_a_recorder_are_read(
    tmp_path: Path, of: str, name: str, told: tuple[str, ...]
) -> None:
    _before, _found, after = DOCUMENT.read_text("utf-8").rpartition(f"**{of}**")
    if not _found:
        _before, _found, after = DOCUMENT.read_text("utf-8").partition(f"`{of}`")
    text = re.findall(r"```toml\n(.*?)```", after, re.DOTALL)[0]
    path = tmp_path / "sales.toml"
    path.write_text(text, "utf-8")
    found = told_of(name, {}, read_rule(path))
    assert not found.wrong
    details = found.details
    at = f"{details.recorded_at:%Y-%m-%d %H:%M:%S}" if details.recorded_at else ""
    assert (details.direction, details.phone_number, details.agent, at) == told
