"""Every way in which a question is not understood has a sentence, in both languages."""

import pytest
from django.utils.translation import override

from tests.transcription.search.language.shapes import TODAY
from transcription.search.language.parsing import parse
from transcription.search.language.refusals import About, Code, NotUnderstood
from transcription.services.search.refusals import (
    SENTENCES,
    QuestionRefused,
    refused,
)


def told(typed: str, language: str) -> QuestionRefused:
    with pytest.raises(NotUnderstood) as reason:
        parse(typed, TODAY)
    with override(language):
        return refused(reason.value)


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_sentence_in_both_languages(code: Code) -> None:
    about = About(word="甲", meant="乙", choices=("丙", "丁"), most=77)
    sentences = []
    for language in ("en", "zh-hans"):
        with override(language):
            sentences.append(refused(NotUnderstood(code, (1, 2), about)).sentence)
    english, chinese = sentences
    assert english != chinese
    assert "%" not in english + chinese
    for placeholder, value in (("word", "甲"), ("meant", "乙"), ("count", "77")):
        named = f"%({placeholder})" in str(SENTENCES[code])
        assert (value in english) == (value in chinese) == named


def test_the_sentence_names_what_was_typed_and_where_it_stands() -> None:
    typed = "退款 标鉴:投诉"
    refusal = told(typed, "zh-hans")
    assert refusal.code == "query_field_unknown"
    assert refusal.sentence.startswith("没有“标鉴：”这个条件。是不是“标签：”？")
    start, end = refusal.span
    assert typed[start:end] == "标鉴:"


def test_choices_are_listed() -> None:
    assert "呼入、呼出" in told("方向:上", "zh-hans").sentence
    assert "in, out" in told("direction:up", "en").sentence


def test_a_percent_sign_of_a_person_is_text() -> None:
    assert "“100%(word)s”" in told("longer:“100%(word)s”", "en").sentence
