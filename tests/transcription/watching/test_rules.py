"""The rule of a folder, and what is said of a wrong one."""

from pathlib import Path

import pytest

from accounts.services.refusal import Refused
from transcription.services.recordings.importing.columns import Column
from transcription.services.watching.rules import read_rule


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sales.toml"


def test_an_uploader_is_enough(path: Path) -> None:
    path.write_text('uploader = "alice"')
    rule = read_rule(path)
    assert (rule.uploader, rule.patterns) == ("alice", ())
    assert (rule.quiet_seconds, rule.sidecar_seconds) == (10, 0)
    assert (str(rule.zone), rule.language) == ("Asia/Shanghai", "")
    assert rule.is_private is None


def test_everything_can_be_said(path: Path) -> None:
    path.write_text(
        """
        uploader = "alice"
        pattern = ["{number}.wav", "{any}.wav"]
        quiet_seconds = 30
        sidecar_seconds = 60
        time_zone = "UTC"
        language = "en"
        private = true
        [directions]
        I = "inbound"
        [columns]
        src = "number"
        """,
        encoding="utf-8-sig",
    )
    rule = read_rule(path)
    assert len(rule.patterns) == 2 and rule.is_private is True
    assert rule.directions == {"i": "inbound"}
    assert rule.columns == {"src": Column.NUMBER}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("uploader = ", "TOML"),
        ("\xff", "TOML"),
        ("", "uploader"),
        ("uploader = 1", "uploader"),
        ('uploader = "a"\nquiet = 1', "“quiet”"),
        ('uploader = "a"\nquiet_seconds = 0', "quiet_seconds"),
        ('uploader = "a"\nquiet_seconds = true', "quiet_seconds"),
        ('uploader = "a"\nquiet_seconds = "10"', "quiet_seconds"),
        ('uploader = "a"\nsidecar_seconds = -1', "sidecar_seconds"),
        ('uploader = "a"\nprivate = "yes"', "private"),
        ('uploader = "a"\nlanguage = "fr"', "language"),
        ('uploader = "a"\ntime_zone = "Mars/Base"', "Mars/Base"),
        ('uploader = "a"\npattern = 7', "pattern"),
        ('uploader = "a"\npattern = [7]', "pattern"),
        ('uploader = "a"\npattern = "{who}.wav"', "{agent}"),
        ('uploader = "a"\ndirections = "in"', "directions"),
        ('uploader = "a"\n[directions]\nI = "inwards"', "directions.I"),
        ('uploader = "a"\n[columns]\nsrc = "phone"', "columns.src"),
        ('uploader = "a"\n[columns]\nsrc = "file"', "columns.src"),
        ("#" * 2**17, "TOML"),
    ],
)
def test_a_wrong_one_is_refused_with_a_sentence_that_names_the_key(
    path: Path, text: str, said: str
) -> None:
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Refused) as refused:
        read_rule(path)
    assert said in refused.value.sentence
