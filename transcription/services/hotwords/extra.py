"""Words given for one job alone: told at once what is wrong with them."""

from collections.abc import Iterable

from transcription.pipeline.hotwords.rules import HotwordRefused, parse_spec
from transcription.services.hotwords.lists import LineProblem, problem_sentence


def problems_of_words(words: Iterable[str]) -> list[LineProblem]:
    """What is wrong with which word; ``line_no`` counts the words from 1. A job made in
    spite of them does without those words."""
    problems = []
    for number, word in enumerate(words, start=1):
        try:
            parse_spec(word)
        except HotwordRefused as refusal:
            message = problem_sentence(refusal.code)
            problems.append(LineProblem(number, word, str(refusal.code), message))
    return problems
