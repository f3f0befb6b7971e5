"""Reference sets on disk."""

import json
from pathlib import Path

import pytest

from tests.transcription.pipeline.sounds import voice, write
from transcription.evaluation.sets.folders import FolderProblem, FolderRefused, clips_in


def sound(path: Path) -> Path:
    return write(path, [voice(0.2)])


def test_a_manifest_names_files_and_texts(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav")
    manifest = [{"file": f"{tmp_path.name}/a.wav", "text": "你好。"}]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (clip,) = clips_in(tmp_path)
    assert (clip.name, clip.turns, clip.channel) == ("a.wav", ("你好。",), None)
    assert clip.path.samefile(tmp_path / "a.wav")


def test_a_table_does_too_also_as_excel_saves_it(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav")
    lines = "file,text,channel,language\na.wav,hello,1,en\n"
    (tmp_path / "manifest.csv").write_text(lines, "utf-8-sig")
    (clip,) = clips_in(tmp_path)
    assert (clip.channel, clip.language, clip.reference) == (1, "en", "hello")


def test_audio_and_text_of_one_name_belong_together(tmp_path: Path) -> None:
    for name in ("b", "a", "untold"):
        sound(tmp_path / f"{name}.wav")
    (tmp_path / "a.txt").write_text("你好\n", "utf-8")
    (tmp_path / "b.txt").write_text("", "utf-8")
    assert [(clip.name, clip.turns) for clip in clips_in(tmp_path)] == [
        ("a.wav", ("你好",)),
        ("b.wav", ()),
    ]


def test_a_call_is_one_clip_for_each_channel(tmp_path: Path) -> None:
    write(tmp_path / "call.wav", [voice(0.2), voice(0.2, seed=1)])
    turns = [
        {"channel": 0, "text": "您好", "start_ms": 0, "end_ms": 800},
        {"channel": 1, "text": "你好", "start_ms": 700, "end_ms": 1500},
        {"channel": 0, "text": "再见", "start_ms": 1500, "end_ms": 2000},
    ]
    (tmp_path / "call.json").write_text(json.dumps({"segments": turns}), "utf-8")
    agent, customer = clips_in(tmp_path)
    assert (agent.channel, agent.turns, agent.speech_ms) == (0, ("您好", "再见"), 1300)
    assert (customer.name, customer.speech_ms) == ("call.wav#1", 800)


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        ("[", FolderProblem.BAD_MANIFEST),
        ('[{"text": "a"}]', FolderProblem.BAD_MANIFEST),
        ("[1]", FolderProblem.BAD_MANIFEST),
        ('[{"file": "gone.wav", "text": "a"}]', FolderProblem.FILE_MISSING),
        ("[]", FolderProblem.EMPTY),
    ],
)
def test_a_bad_manifest_is_refused(
    tmp_path: Path, manifest: str, code: FolderProblem
) -> None:
    (tmp_path / "manifest.json").write_text(manifest, "utf-8")
    with pytest.raises(FolderRefused) as refused:
        clips_in(tmp_path)
    assert refused.value.code == code


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderRefused) as refused:
        clips_in(tmp_path / "gone")
    assert refused.value.code == FolderProblem.NOT_A_FOLDER
