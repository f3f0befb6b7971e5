"""The parts of the test suite: a failure in one fails all, and is named at the end."""

import os
from pathlib import Path

import pytest

from tests import everything, on_servers, on_sqlite
from tests.runner.pytest_process import Part, on_every_core, run_pytest

pytestmark = pytest.mark.once

PASSES = "def test_it_passes(): pass\n"
FAILS = "def test_it_fails(): assert 'this' == 'that'\n"
ABORTS = "import os\ndef test_it_aborts(): os.abort()\n"
WORKER = """
import os
def test_whose_it_is():
    with open(os.environ["NOTES"], "a") as notes:
        print(os.environ["SHENGWEN_DATA_DIR"], os.environ["REDIS_URL"], file=notes)
"""
# What the parts have of pytest, without the portal's own settings and conftest.
BARE = ("-p", "no:django", "-p", "no:cacheprovider", "-c", os.devnull)


@pytest.fixture(autouse=True)
def as_in_make_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pytest of such a test is no worker, even where the test itself is in one."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)


def part_of(tmp_path: Path, name: str, *files: str, workers: int = 2) -> Part:
    for number, text in enumerate(files):
        (tmp_path / f"test_{number}.py").write_text(text)
    words = [*BARE, f"--rootdir={tmp_path}", str(tmp_path), f"-n{workers}"]
    return run_pytest(name, words)


def outcome(
    parts: list[Part], server_part: Part, monkeypatch: pytest.MonkeyPatch
) -> int:
    monkeypatch.setattr(on_sqlite, "run", lambda: parts)
    monkeypatch.setattr(on_servers, "run", lambda: server_part)
    return everything.main()


@pytest.mark.parametrize("workers", [0, 2])
def test_a_failure_is_known_by_its_name_and_words(tmp_path: Path, workers: int) -> None:
    part = part_of(tmp_path, "one", PASSES, FAILS, workers=workers)
    assert part.status == 1
    assert set(part.seconds) == {
        "test_0.py::test_it_passes",
        "test_1.py::test_it_fails",
    }
    ((test, said),) = part.failures
    assert test == "test_1.py::test_it_fails"
    assert "'this' == 'that'" in said


def test_a_file_that_cannot_be_imported_is_a_failure(tmp_path: Path) -> None:
    part = part_of(tmp_path, "one", PASSES, "import no_such_module\n")
    assert part.status
    assert {test for test, _said in part.failures} == {"test_1.py"}


def test_a_worker_that_dies_fails_the_test_it_was_at(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    part = part_of(tmp_path, "one", PASSES, ABORTS + PASSES)
    assert part.status == 1
    assert [test for test, _said in part.failures] == ["test_1.py::test_it_aborts"]
    assert "test_1.py::test_it_passes" in part.seconds
    last = capfd.readouterr().err.split("A worker of pytest was ended by a signal.")[1]
    assert "Fatal Python error: Aborted" in last
    assert "in test_it_aborts" in last


def test_a_pytest_that_dies_says_of_what(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    part = part_of(tmp_path, "one", ABORTS, workers=0)
    assert part.status == 128 + 6
    last = capfd.readouterr().err.split("pytest was ended by a signal.")[1]
    assert "in test_it_aborts" in last


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_failure_in_any_part_is_the_end_of_the_output_and_of_the_run(
    place: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = [Part(f"part {number}", 0, 9.0, {"t": 1.0}) for number in range(3)]
    failures = [("tests/test_x.py::test_y", "E   assert 'this' == 'that'")]
    parts[place] = Part(f"part {place}", 3, 9.0, {"t": 1.0}, failures)
    assert outcome(parts[:2], parts[2], monkeypatch) == 3
    said = capsys.readouterr().out.split("--- the slowest")[1].splitlines()
    assert f"--- failed on part {place}: tests/test_x.py::test_y" in said
    assert "E   assert 'this' == 'that'" in said
    last = said[said.index("--- parts") + 1 :]
    assert f"part {place}: FAILED (exit status 3); 1 tests in 9 s" in last
    assert "  failed: tests/test_x.py::test_y" in last
    assert sum(": passed; " in line for line in last) == 2


def test_the_slowest_tests_are_those_of_all_parts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = {f"quick {number}": number / 100 for number in range(40)}
    parts = [Part("one", 0, 9.0, quick | {"slow": 5.0})]
    servers = Part("servers", 0, 9.0, {"slower": 70.25})
    assert outcome(parts, servers, monkeypatch) == 0
    said = capsys.readouterr().out.split("--- the slowest 20 of 42 tests\n")[1]
    lines = said.split("--- parts")[0].splitlines()
    assert len(lines) == 20
    assert lines[:3] == [
        "  70.2 s  servers: slower",
        "   5.0 s  one: slow",
        "   0.4 s  one: quick 39",
    ]


def test_servers_that_are_missing_are_named_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    servers = Part("servers", 0, remark=on_servers.SKIPPED)
    assert outcome([Part("one", 0)], servers, monkeypatch) == 0
    assert capsys.readouterr().out.endswith(f"passed; {on_servers.SKIPPED}\n")


def test_workers_share_neither_folder_nor_queues(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tmp_path / "notes"
    monkeypatch.setenv("NOTES", str(notes))
    monkeypatch.setenv("SHENGWEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/1")
    assert part_of(tmp_path, "one", WORKER, WORKER).status == 0
    assert sorted(notes.read_text().splitlines()) == [
        f"{tmp_path}/data/gw0 redis://127.0.0.1:6379/1",
        f"{tmp_path}/data/gw1 redis://127.0.0.1:6379/3",
    ]


def test_there_is_a_worker_more_than_cores_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SHENGWEN_TEST_WORKERS", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: range(4))
    assert on_every_core()[:2] == ["-n", "5"]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: range(1))
    assert on_every_core() == []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: range(64))
    assert on_every_core()[:2] == ["-n", "7"]
    monkeypatch.setenv("SHENGWEN_TEST_WORKERS", "1")
    assert on_every_core() == []
