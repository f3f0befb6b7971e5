"""Where characters stand after a text was rewritten, once and several times."""

import json
import random
from collections.abc import Iterator

import pytest

from transcription.pipeline.text.mapping import (
    UNCHANGED,
    Change,
    Edit,
    Rewritten,
    TextMapping,
    rewrite,
)


def edited(text: str, *edits: tuple[str, str]) -> Rewritten:
    """``text`` with each first written as its second, in order."""
    found: list[Edit] = []
    at = 0
    for old, new in edits:
        start = text.index(old, at)
        at = start + len(old)
        found.append((start, at, new))
    return rewrite(text, found)


def test_an_amount_stands_where_its_figures_do() -> None:
    written = edited("要一千两百九十九元吧", ("一千两百九十九元", "1299元"))
    assert written.text == "要1299元吧"
    assert written.mapping.changes == (Change(1, 9, 1, 6),)
    assert written.mapping.span(0, 1) == (0, 1)
    assert written.mapping.span(9, 10) == (6, 7)
    assert written.mapping.span(2, 4) == (1, 6)  # inside there is no finer truth
    assert written.mapping.span(0, 3) == (0, 6)


def test_a_place_in_the_written_text_leads_back_to_the_raw_one() -> None:
    # 要一千两百九十九元吧 → 要1299元吧
    mapping = TextMapping.from_json([[1, 8, 1, 5]])
    places = [mapping.raw_span(place, place + 1)[0] for place in (0, 1, 4, 5, 6)]
    assert places == [0, 1, 1, 8, 9]


def test_an_added_mark_belongs_to_no_character() -> None:
    marked = rewrite("请找张晓明谢谢", [(2, 2, "，"), (5, 5, "。"), (7, 7, "。")])
    assert marked.text == "请找，张晓明。谢谢。"
    start, end = marked.mapping.span(2, 5)
    assert marked.text[start:end] == "张晓明"
    assert marked.mapping.raw_span(2, 3) == (2, 2)
    assert marked.mapping.raw_span(6, 9) == (5, 7)
    assert marked.mapping.raw_span(0, len(marked.text)) == (0, 7)


def test_marks_and_figures_are_one_mapping() -> None:
    raw = "一共十二块五毛谢谢"
    marked = rewrite(raw, [(7, 7, "，"), (9, 9, "。")])
    written = edited(marked.text, ("十二块五毛", "12.5元"))
    both = marked.mapping.then(written.mapping)
    assert written.text == "一共12.5元，谢谢。"
    assert both.changes == (
        Change(2, 7, 2, 7),
        Change(7, 7, 7, 8),
        Change(9, 9, 10, 11),
    )
    start, end = both.span(7, 9)
    assert written.text[start:end] == "谢谢"
    assert raw[slice(*both.raw_span(8, 10))] == "谢谢"


def test_a_figure_out_of_a_corrected_hotword_is_one_change() -> None:
    recognised = "三月十二耗还"
    raw = edited(recognised, ("耗", "号"))
    written = edited(raw.text, ("三月十二号", "3月12日"))
    both = raw.mapping.then(written.mapping)
    assert both.changes == (Change(0, 5, 0, 5),)
    assert recognised[slice(*both.raw_span(4, 5))] == "三月十二耗"


def test_a_mark_that_is_left_out_again_never_was() -> None:
    marked = rewrite("三点五折", [(2, 2, "，")])
    back = rewrite(marked.text, [(2, 3, "")])
    assert back.text == "三点五折"
    assert marked.mapping.then(back.mapping) == UNCHANGED


def test_writing_what_is_there_is_no_change() -> None:
    assert rewrite("谢谢", [(0, 2, "谢谢")]) == Rewritten("谢谢")


def test_a_part_has_the_changes_inside_it_and_the_mark_behind_it() -> None:
    mapping = rewrite(
        "您好请付三块谢谢", [(0, 0, "—"), (2, 2, "，"), (4, 6, "3元"), (6, 6, "。")]
    ).mapping
    assert mapping.within(0, 2).changes == (Change(0, 0, 0, 1), Change(2, 2, 3, 4))
    second = mapping.within(2, 6).shifted(-2, -4)
    assert second.changes == (Change(2, 4, 2, 4), Change(4, 4, 4, 5))
    assert mapping.within(6, 8) == UNCHANGED


@pytest.mark.parametrize(
    ("start", "end", "is_touched"),
    [(0, 2, False), (2, 5, True), (4, 5, True), (5, 7, False), (6, 8, True)],
)
def test_what_was_changed_is_touched(start: int, end: int, is_touched: bool) -> None:
    mapping = rewrite("买了文件曾立吗啊", [(2, 5, "稳健增"), (7, 7, "？")]).mapping
    assert mapping.touches(start, end) is is_touched


def test_a_mapping_comes_back_from_json() -> None:
    mapping = rewrite("三块谢谢", [(0, 2, "3元"), (4, 4, "。")]).mapping
    assert TextMapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping
    assert mapping.to_json() == [[0, 2, 0, 2], [4, 4, 4, 5]]


# --- random edits, the same each time ---


def random_edits(chance: random.Random, text: str) -> Iterator[Edit]:
    """Insertions, omissions and rewritings, some of them side by side."""
    start = chance.randint(0, 4)
    while (end := start + chance.randint(0, 3)) <= len(text):
        put = "".join(chance.choice("0123，。") for _ in range(chance.randint(0, 3)))
        yield start, end, put
        start = end + chance.choice((0, 1, 1, 2, 4)) + (start == end)


def rewritten_twice(chance: random.Random) -> tuple[str, Rewritten, Rewritten]:
    raw = "".join(chance.choice("一二三好元") for _ in range(chance.randint(0, 16)))
    first = rewrite(raw, list(random_edits(chance, raw)))
    return raw, first, rewrite(first.text, list(random_edits(chance, first.text)))


def assert_true(mapping: TextMapping, raw: str, text: str) -> None:
    """In order, and outside of the changes both texts are the same."""
    raw_at = at = 0
    for raw_start, raw_end, start, end in mapping.changes:
        assert raw_at <= raw_start <= raw_end and at <= start <= end
        assert (raw_start, start) != (raw_end, end)
        assert raw[raw_at:raw_start] == text[at:start]
        raw_at, at = raw_end, end
    assert raw[raw_at:] == text[at:]


def spans_of(text: str) -> Iterator[tuple[int, int]]:
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            yield start, end


def chances() -> Iterator[random.Random]:
    for seed in range(400):
        yield random.Random(seed)  # noqa: S311 — a test's


def test_two_rewritings_are_one() -> None:
    for chance in chances():
        raw, first, second = rewritten_twice(chance)
        both = first.mapping.then(second.mapping)
        assert_true(first.mapping, raw, first.text)
        assert_true(second.mapping, first.text, second.text)
        assert_true(both, raw, second.text)
        assert_true(both.inverse, second.text, raw)
        assert first.mapping.then(UNCHANGED) == first.mapping
        assert UNCHANGED.then(first.mapping) == first.mapping


def test_composing_keeps_spans() -> None:
    """All that was there one after the other is in the span of both, and characters
    that neither changed stand exactly where they stood."""
    for chance in chances():
        raw, first, second = rewritten_twice(chance)
        both = first.mapping.then(second.mapping)
        for span in spans_of(raw):
            now = both.span(*span)
            assert_holds(now, first.mapping.span(*span), second.mapping)
            if not both.touches(*span):
                assert second.text[slice(*now)] == raw[slice(*span)]
                assert now == second.mapping.span(*first.mapping.span(*span))
        for span in spans_of(second.text):
            before = both.raw_span(*span)
            between = second.mapping.raw_span(*span)
            assert_holds(before, between, first.mapping.inverse)


def assert_holds(
    span: tuple[int, int], between: tuple[int, int], mapping: TextMapping
) -> None:
    """The span holds what became of the one between, unless that is nothing."""
    if between[0] < between[1]:
        start, end = mapping.span(*between)
        assert span[0] <= start and end <= span[1]


def test_there_and_back_is_all_that_was_not_left_out() -> None:
    for chance in chances():
        raw, first, _ = rewritten_twice(chance)
        for start, end in spans_of(raw):
            there = first.mapping.span(start, end)
            if there[0] == there[1]:
                continue
            kept = range(*first.mapping.raw_span(*there))
            lost = [at for at in range(start, end) if at not in kept]
            assert len(lost) < end - start
            assert all(first.mapping.touches(at, at + 1) for at in lost)
