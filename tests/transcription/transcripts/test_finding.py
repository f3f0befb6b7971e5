"""Find inside a transcript takes phrases as the search page takes them."""

import time

import pytest

from accounts.models.departments import Department
from tests.factories import make_recording, make_transcript
from transcription.services.transcripts.finding import find, spans_of


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("非常抱歉，因为仓库盘点。", "抱歉因为", ["抱歉，因为"]),
        ("非常抱歉，因为仓库盘点。", "抱歉，因为", ["抱歉，因为"]),
        ("订单号是吧，662019。", "是吧662019", ["是吧，662019"]),
        ("对吗？对吗？", "吗", ["吗", "吗"]),
        ("对吗？好吧。", "？", ["？"]),
        ("Yes, I see. Good.", "yes i SEE", ["Yes, I see"]),
        ("一共12.5元，不是125元。", "125元", ["125元"]),
        ("一共12.5元，不是125元。", "12.5元不是", ["12.5元，不是"]),
        ("价格(含税)是多少", "(含税)", ["(含税)"]),
    ],
)
def test_phrases_are_found_across_marks_and_numbers_stay_whole(
    text: str, typed: str, found: list[str]
) -> None:
    assert [text[start:end] for start, end in spans_of(text, [typed])] == found


def test_many_marks_cost_no_more_than_others() -> None:
    began = time.process_time()
    assert spans_of("好" + "，" * 5_000, ["好吗"]) == []
    assert time.process_time() - began < 5  # what tries every way takes years


def test_each_word_of_a_query_is_found_when_the_phrase_is_not(
    sales: Department,
) -> None:
    transcript = make_transcript(make_recording(sales), ["我要退款。", "没有", "投诉"])
    found = find(transcript, '"退款" 投诉', raw=False)
    texts = list(transcript.segments.values_list("pk", flat=True))
    assert [(hit.pk, hit.spans) for hit in found] == [
        (texts[0], ((2, 4),)),
        (texts[2], ((0, 2),)),
    ]


def test_places_are_counted_as_browsers_count(sales: Department) -> None:
    transcript = make_transcript(make_recording(sales), ["𠮷野家😀退款"])
    (found,) = find(transcript, "家😀退", raw=True)
    assert found.spans == ((3, 7),)
