"""ct-punc adds marks and nothing else, and opens nothing that a text may name."""

from pathlib import Path

import pytest

from tests.tiny_models.parts import CHARACTERS
from transcription.engine.base import EngineError, ErrorCode
from transcription.engine.funasr.punctuation import (
    MARKS,
    MAX_CHARACTERS,
    FunasrPunctuator,
    is_plain,
    with_marks_of,
)


def bare(text: str) -> str:
    return "".join(character for character in text if character not in MARKS)


@pytest.fixture
def punctuator(tiny: Path) -> FunasrPunctuator:
    return FunasrPunctuator(tiny / "punc", threads=1)


@pytest.mark.models
@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    "text",
    [
        "今天天气",
        "您好请问iPhone十五在OA里怎么查",
        "we use OKR every day",
        "嗯",
        " 前后 有空格 ",
        CHARACTERS * 8,  # several of FunASR's mini sentences of twenty words
    ],
)
def test_only_marks_are_added(punctuator: FunasrPunctuator, text: str) -> None:
    marked = punctuator.punctuate(text)
    assert bare(marked) == text
    assert marked.rstrip()[-1] in MARKS  # FunASR ends every text with one


@pytest.mark.models
@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "。",
        "http://127.0.0.1/今天",
        "https://example.com",
        "/etc/passwd",
        "..\\secret.txt",
        "file:///etc/passwd",
        "<|startofspeech|>今天",
        "今天\x00天气",
        "天" * (MAX_CHARACTERS + 1),
    ],
)
def test_what_is_no_plain_speech_never_reaches_funasr(
    punctuator: FunasrPunctuator, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("FunASR was asked")

    monkeypatch.setattr(punctuator._model, "generate", refuse)
    assert punctuator.punctuate(text) == text


@pytest.mark.models
@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("name", ["今天.txt", "今天.scp", "今天.json", "今天天气"])
def test_a_text_that_is_the_name_of_a_file_is_not_read(
    punctuator: FunasrPunctuator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("营业时间\n客服电话\n", encoding="utf-8")
    marked = punctuator.punctuate(name)
    # The text may have a full stop of its own.
    assert bare(marked) == bare(name)
    assert "营业" not in marked


@pytest.mark.models
@pytest.mark.usefixtures("no_network")
def test_an_answer_that_is_more_than_marks_is_not_believed(tiny: Path) -> None:
    punctuator = FunasrPunctuator(tiny / "punc-unk", threads=1)
    assert "<unk>" in punctuator._model.generate([" 今天天气"])[0]["text"]
    assert punctuator.punctuate("今天天气") == "今天天气"


@pytest.mark.models
def test_a_failing_model_leaves_the_text_as_it_was(
    punctuator: FunasrPunctuator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("n must be > 0")

    monkeypatch.setattr(punctuator._model.network, "inference", fail)
    assert punctuator.punctuate("今天天气") == "今天天气"


@pytest.mark.models
def test_another_models_directory_is_refused(tiny: Path) -> None:
    with pytest.raises(EngineError) as refusal:
        FunasrPunctuator(tiny / "vad", threads=1)
    assert refusal.value.code is ErrorCode.MODEL_BROKEN


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("你好世界", "你好，世界。", "你好，世界。"),
        ("hello world", " Hello, world.", "hello, world."),
        ("我用iPhone", "我用 Iphone.", "我用iPhone。"),
        ("iPhone 十五", " Iphone十五。", "iPhone 十五。"),
        ("3.5折", "3.5折。", "3.5折。"),
        ("你好", "您好。", "你好"),
        ("你好", "你，", "你好"),
        ("你好", "你好吗。", "你好"),
        ("你好", "", "你好"),
        ("你好", "你<b>好", "你好"),
    ],
)
def test_marks_are_put_between_the_texts_own_letters(
    text: str, answer: str, expected: str
) -> None:
    assert with_marks_of(answer, text) == expected


def test_words_and_figures_are_plain() -> None:
    assert is_plain("一共3.5%，iPhone 15 和 AT&T 的 O'Neil")
