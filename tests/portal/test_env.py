from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import env


@pytest.fixture
def setenv(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("ODD", "ODD_FILE"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_text_falls_back_to_its_default(setenv: pytest.MonkeyPatch) -> None:
    assert env.text("ODD", "quiet") == "quiet"


def test_a_secret_may_come_from_a_file(
    setenv: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("口令\n", encoding="utf-8")
    setenv.setenv("ODD_FILE", str(tmp_path / "secret"))
    assert env.text("ODD") == "口令"


def test_a_secret_given_twice_is_refused(
    setenv: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    setenv.setenv("ODD", "one")
    setenv.setenv("ODD_FILE", str(tmp_path / "two"))
    with pytest.raises(ImproperlyConfigured, match="ODD or ODD_FILE, not both"):
        env.text("ODD")


def test_a_secret_file_that_is_not_there_is_named(
    setenv: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    setenv.setenv("ODD_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match=r"ODD_FILE: .*absent"):
        env.text("ODD")


@pytest.mark.parametrize(
    ("raw", "meant"),
    [("1", True), ("Yes", True), (" on ", True), ("0", False), ("", False)],
)
def test_flags_are_read_as_people_write_them(
    setenv: pytest.MonkeyPatch, raw: str, meant: bool
) -> None:
    setenv.setenv("ODD", raw)
    assert env.flag("ODD") is meant


@pytest.mark.parametrize("raw", ["ja", "2", "falsch", "真"])
def test_a_flag_that_is_neither_is_refused(
    setenv: pytest.MonkeyPatch, raw: str
) -> None:
    setenv.setenv("ODD", raw)
    with pytest.raises(ImproperlyConfigured, match="ODD must be true or false"):
        env.flag("ODD")


@pytest.mark.parametrize("raw", ["", "ten", "1.5", "1e3"])
def test_a_number_that_is_none_is_refused(setenv: pytest.MonkeyPatch, raw: str) -> None:
    setenv.setenv("ODD", raw)
    with pytest.raises(ImproperlyConfigured, match="ODD must be a whole number"):
        env.integer("ODD", 5)


@pytest.mark.parametrize("raw", ["0", "11", "-3"])
def test_a_number_out_of_bounds_is_refused(
    setenv: pytest.MonkeyPatch, raw: str
) -> None:
    setenv.setenv("ODD", raw)
    with pytest.raises(ImproperlyConfigured, match="ODD must be 1 to 10"):
        env.integer("ODD", 5, low=1, high=10)


def test_words_drop_blanks(setenv: pytest.MonkeyPatch) -> None:
    setenv.setenv("ODD", " a.example, ,b.example,")
    assert env.words("ODD") == ["a.example", "b.example"]


def test_a_choice_outside_the_list_is_refused(setenv: pytest.MonkeyPatch) -> None:
    setenv.setenv("ODD", "cheap")
    with pytest.raises(ImproperlyConfigured, match="ODD must be one of good, fast"):
        env.choice("ODD", ("good", "fast"), "good")


def test_a_relative_folder_is_taken_from_here(
    setenv: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    setenv.chdir(tmp_path)
    setenv.setenv("ODD", "data")
    assert env.folder("ODD", Path("/nowhere")) == tmp_path / "data"
