"""Names in an archive, as they come out of it on any system."""

import pytest

from transcription.services.recordings.exporting.names import Names, sound_extension


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("理财产品咨询", "理财产品咨询"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a:b*c?", "a_b_c_"),
        ("...", "recording"),
        ("", "recording"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("tail. ", "tail"),
        ("报表\u202eexe", "报表exe"),  # which would read from right to left
        ("两\n行", "两 行"),
        ("长" * 200, "长" * 60),
    ],
)
def test_a_title_makes_a_name_that_can_be_unpacked(title: str, name: str) -> None:
    assert Names().of(title) == name


def test_two_of_them_never_have_the_same() -> None:
    names = Names()
    given = [names.of(title) for title in ("Café", "cafe\u0301", "CAFÉ", "Café (2)")]
    assert given == ["Café", "café (2)", "CAFÉ (3)", "Café (2) (2)"]
    assert names.of("contents") == "contents (2)"  # the table is called so


@pytest.mark.parametrize(
    ("called", "media_format", "extension"),
    [
        ("bank.WAV", "wav", "wav"),
        ("voice.m4a", "mp4", "m4a"),
        ("run.exe", "mp3", "mp3"),
        ("none", "ogg", "ogg"),
    ],
)
def test_sound_is_called_as_sound(
    called: str, media_format: str, extension: str
) -> None:
    assert sound_extension(called, media_format) == extension
