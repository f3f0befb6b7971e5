"""``manage.py import_archive``, for the operator."""

import csv
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models.people import User
from tests.transcription.recordings.importing.archives import put, write_list
from transcription.models.imports import ArchiveImport
from transcription.models.recordings import Recording

pytestmark = pytest.mark.django_db


class Archive:
    """A folder, a list of it, and alice who imports it."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.capture = capture
        self.folder, self.list = root / "calls", root / "list.csv"
        put(self.folder, "a.wav", "b.wav")

    def lines(
        self, *rows: list[str], header: tuple[str, ...] = ("文件", "坐席")
    ) -> None:
        write_list(self.list, rows, header, encoding="gb18030")

    def run(self, *words: str, has_list: bool = True) -> str:
        given = [str(self.list)] if has_list else []
        sales = ("--folder", str(self.folder), "--department", "sales", "--as", "alice")
        call_command("import_archive", *given, *sales, *words)
        return str(self.capture.readouterr().out)

    def fail(self, *words: str, has_list: bool = True) -> str:
        with pytest.raises(CommandError) as error:
            self.run(*words, has_list=has_list)
        return str(error.value)


@pytest.fixture
def archive(alice: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    archive = Archive(tmp_path, capsys)
    archive.lines(["a.wav", "王芳"], ["b.wav", "李强"])
    return archive


def test_a_dry_run_says_what_would_be_and_keeps_nothing(archive: Archive) -> None:
    put(archive.folder, "c/a.wav")
    (archive.folder / "d.wav").write_bytes((archive.folder / "a.wav").read_bytes())
    archive.lines(["a.wav"], ["d.wav"], ["e.wav"], ["c/a.wav", "名" * 65])
    out = archive.run("--dry-run")
    assert re.findall(r"\d", out) == ["4", "1", "1", "2"]
    assert not Recording.objects.exists() and not ArchiveImport.objects.exists()


def test_a_list_is_imported_once(archive: Archive) -> None:
    assert "2" in archive.run()
    archive.run()
    archive.run("--resume")
    assert sorted(Recording.objects.values_list("agent", flat=True)) == ["李强", "王芳"]


def test_an_import_that_was_begun_goes_on_when_it_is_told_to(archive: Archive) -> None:
    archive.run()
    ArchiveImport.objects.update(finished_at=None)
    assert "--resume" in archive.fail()
    archive.run("--resume")
    assert Recording.objects.count() == 2


def test_what_was_missing_is_taken_when_it_is_there(
    archive: Archive, tmp_path: Path
) -> None:
    archive.lines(["a.wav", "王芳"], ["late.wav", "=1+1"])
    errors = tmp_path / "errors.csv"
    archive.fail("--errors", str(errors))
    with errors.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header[2:] == ["文件", "坐席"]
    assert (row[0], row[2:]) == ("3", ["late.wav", "'=1+1"]) and "late.wav" in row[1]
    put(archive.folder, "late.wav")
    archive.run("--resume", "--errors", str(errors))
    assert Recording.objects.count() == 2


def test_the_lines_that_were_not_taken_are_a_list_again(
    archive: Archive, tmp_path: Path
) -> None:
    archive.lines(["a.wav", "王芳"], ["b.wav", "名" * 65])
    errors = tmp_path / "errors.csv"
    archive.fail("--errors", str(errors))
    mended = errors.read_text(encoding="utf-8-sig").replace("名" * 65, "李强")
    archive.list.write_text(mended)
    archive.run()
    assert sorted(Recording.objects.values_list("agent", flat=True)) == ["李强", "王芳"]


def test_every_line_that_is_not_taken_is_said_each_time(archive: Archive) -> None:
    archive.lines(["a.wav", "名" * 65], ["gone.wav"], ["b.wav", "李强"])
    for words in ((), (), ("--resume",)):
        with pytest.raises(CommandError, match="2"):
            archive.run(*words)
        said = archive.capture.readouterr().err
        assert re.findall(r"^第 (\d+) 行", said, re.MULTILINE) == ["2", "3"], words


def test_headings_can_be_mapped(archive: Archive) -> None:
    archive.lines(["a.wav", "王芳"], header=("编号", "谁"))
    assert archive.fail()
    assert archive.fail("--map", "编号=nonsense")
    assert archive.fail("--map", "没有=file")
    archive.run("--map", "编号=file", "--map", "谁=agent")
    assert Recording.objects.get().agent == "王芳"


def test_a_folder_without_a_list_is_imported_by_its_names(archive: Archive) -> None:
    put(archive.folder, "x/王芳_007_20240301-140509_呼出.wav")
    pattern = ("--pattern", "{agent}_{number}_{date}-{time}_{direction}.wav")
    assert "2" in archive.fail(*pattern, has_list=False)
    made = Recording.objects.get()
    assert (made.agent, made.phone_number, made.direction) == (
        "王芳",
        "007",
        "outbound",
    )
    assert f"{made.recorded_at:%H:%M:%S}" == "06:05:09"
    archive.run(has_list=False)
    assert Recording.objects.count() == 3


def test_what_comes_into_the_folder_later_is_imported_then(archive: Archive) -> None:
    archive.run(has_list=False)
    put(archive.folder, "0.wav", "c.wav")
    archive.run(has_list=False)
    titles = sorted(Recording.objects.values_list("title", flat=True))
    assert titles == ["0", "a", "b", "c"]


@pytest.mark.parametrize("name", ["charlie", "dave", "nobody"])
def test_only_who_may_upload_imports(
    archive: Archive, charlie: User, dave: User, name: str
) -> None:
    assert name in archive.fail("--as", name)
    assert not Recording.objects.exists()


def test_odd_words_are_refused_with_a_sentence(archive: Archive) -> None:
    assert archive.fail("--time-zone", "Mars/Phobos")
    assert archive.fail("--folder", "/no/such/folder")
    assert archive.fail("--pattern", "{agent}.wav")
    assert archive.fail("--pattern", "(", has_list=False)
    archive.list.unlink()
    assert archive.fail()
