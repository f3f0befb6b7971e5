"""``manage.py watch``, for the operator."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.transcription.watching.recorder import Recorder
from transcription.models.recordings import Recording
from transcription.models.watching import WatchFolder

# The command looks after its connection.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def watched(recorder: Recorder, settings: Settings) -> Recorder:
    settings.WATCH_DIR = recorder.root
    return recorder


def test_without_a_folder_it_says_so(settings: Settings) -> None:
    settings.WATCH_DIR = None
    with pytest.raises(CommandError, match="SHENGWEN_WATCH_DIR"):
        call_command("watch")


def test_once_takes_what_is_there_and_ends(watched: Recorder) -> None:
    watched.rule("quiet_seconds = 1")
    watched.drop("a.wav")
    call_command("watch", "--once", "--every", "0.2")
    assert Recording.objects.count() == 1
    assert WatchFolder.objects.get().watcher == ""


def test_a_check_says_how_files_are_understood_and_takes_none(
    watched: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    watched.rule('pattern = "{time:%Y%m%d-%H%M%S}_{direction}_{number}_{agent}.wav"')
    watched.drop("20240301-140509_out_007_王芳.wav")
    call_command("watch", "--check")
    out = capsys.readouterr().out
    assert "2024-03-01 14:05:09" in out and "007" in out and "王芳" in out
    watched.drop("other.wav")
    (watched.root / "nobody.toml").write_text('uploader = "alice"')
    (watched.root / "support").mkdir()
    with pytest.raises(CommandError, match="3"):
        call_command("watch", "--check")
    err = capsys.readouterr().err
    assert "other.wav" in err and "nobody" in err and "support.toml" in err
    assert not Recording.objects.exists() and len(watched.left) == 2


def test_a_root_that_cannot_be_read_is_said_and_tried_again(
    watched: Recorder, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.WATCH_DIR = watched.root / "nowhere"
    call_command("watch", "--once")
    assert "nowhere" in caplog.text
    with pytest.raises(CommandError, match="nowhere"):
        call_command("watch", "--check")
