"""English gets marks from pauses and from how a question begins."""

import pytest

from tests.transcription.pipeline.punctuation.test_model import line
from transcription.engine.base import Word
from transcription.pipeline.punctuation.lines import Line
from transcription.pipeline.punctuation.marking import with_marks
from transcription.pipeline.punctuation.rules import ENGLISH, PauseRules


def marked(*texts: str, pause_ms: int = 300) -> str:
    """Texts with that pause between them, in one line."""
    words: list[Word] = []
    at = 0
    offset = 0
    for text in texts:
        for word in text.split():
            words.append(Word(word, at, at + 200, offset=offset))
            offset += len(word) + 1
            at += 200
        at += pause_ms
    whole = Line(" ".join(texts), tuple(words), 0, words[-1].end_ms)
    (marks,) = PauseRules(ENGLISH).mark([whole])
    return with_marks(whole.text, marks).text


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (
            ["good morning", "this is the help desk"],
            "good morning, this is the help desk.",
        ),
        (["how can i help you"], "how can i help you?"),
        (["okay", "what is your order number"], "okay, what is your order number?"),
        (["i know what you mean"], "i know what you mean."),
    ],
)
def test_pauses_are_commas_and_questions_are_known_by_their_beginning(
    texts: list[str], expected: str
) -> None:
    assert marked(*texts) == expected


def test_a_short_pause_is_none() -> None:
    assert marked("good morning", "sir", pause_ms=100) == "good morning sir."


def test_a_line_that_goes_on_ends_in_a_comma() -> None:
    first = line("hello")
    second = line("again", first.end_ms + 400)
    marks = PauseRules(ENGLISH).mark([first, second])
    assert marks == [{5: ","}, {5: "."}]
