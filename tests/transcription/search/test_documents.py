import pytest

from transcription.search.backends import postgresql, sqlite
from transcription.search.documents import About, Document, Places, Spoken, document
from transcription.search.language.tree import Any, Without, Words
from transcription.search.sound.grams import grams_of


def spoken(index: int, text: str, start_ms: int = 0, **over: object) -> Spoken:
    fields: dict[str, object] = {
        "index": index,
        "voice": (1, None),
        "start_ms": start_ms,
        "end_ms": start_ms + 1000,
        "text": text,
        "text_raw": "",
    }
    return Spoken(**(fields | over))  # type: ignore[arg-type]


def texts_of(found: Document) -> list[tuple[int, str]]:
    """The segment of each place, and its text."""
    ends = [place.offset for place in found.places[1:]] + [len(found.text)]
    return [
        (place.segment, found.text[place.own : end].strip("\n"))
        for place, end in zip(found.places, ends, strict=True)
    ]


def test_a_document_is_what_is_said_and_what_is_known() -> None:
    found = document(
        {About.TITLE: "物流咨询", About.NUMBER: "138-0013"},
        [spoken(0, "您好。"), spoken(1, "价格1299元", text_raw="价格一千两百九十九元")],
    )
    assert texts_of(found) == [
        (0, "您好"),
        (1, "价格1299元"),
        (1, "价格一千两百九十九元"),
        (About.TITLE, "物流咨询"),
        (About.NUMBER, "138‿0013"),
    ]


def test_places_come_back_from_their_column() -> None:
    found = document({About.TITLE: "题"}, [spoken(0, "你好"), spoken(1, "好", 2_000)])
    assert list(Places(found.places.packed())) == list(found.places)
    assert Places(found.places.packed()) == found.places
    assert found.places[1][2:] == (1, 0, 0, 2_000, 3_000)
    assert found.voices == ((1, None),)


def test_a_phrase_may_lie_over_short_segments() -> None:
    rows = [spoken(i, char, i * 1000) for i, char in enumerate("人工智能")]
    assert "人工智能" in document({}, rows).text


@pytest.mark.parametrize(
    "second",
    [
        spoken(1, "能客服", voice=(2, None)),
        spoken(1, "能客服", start_ms=60_000),
        spoken(1, "，能客服"),
    ],
    ids=["another voice", "a long pause", "punctuation"],
)
def test_no_phrase_crosses(second: Spoken) -> None:
    assert "智能" not in document({}, [spoken(0, "人工智"), second]).text


def test_what_the_engine_wrote_is_searched_over_the_boundary_too() -> None:
    rows = [
        spoken(0, "价格1200", text_raw="价格一千两百"),
        spoken(1, "九十九元", text_raw="九十九元"),
    ]
    assert "一千两百九十九元" in document({}, rows).text


def test_the_same_words_are_not_there_twice() -> None:
    assert document({}, [spoken(0, "您 好", text_raw="您好")]).text.count("您好") == 1


def test_turns_are_counted_as_voices_change() -> None:
    rows = [spoken(0, "一"), spoken(1, "二"), spoken(2, "三", voice=(2, None))]
    assert {p.segment: (p.voice, p.turn) for p in document({}, rows).places} == {
        0: (0, 0),
        1: (0, 0),
        2: (1, 1),
    }


def test_what_overlaps_by_chance_only_is_parted_for_sqlite() -> None:
    assert sqlite.tokens(4, "好好\n好好") == "‹4 好好 ¬ 好好 ¬ 好 016fa3e 116fa3e"
    assert sqlite.tokens(4, "买vip\n") == "‹4 买v vi ip ¬ i p v 买"


def test_nothing_that_is_asked_for_is_an_operator_of_sqlite() -> None:
    words = Words(("ab", "退款吗"), (0, 0))
    assert sqlite.expression(words, 4) == '(("ab" AND "退款 款吗"))'
    assert sqlite.expression(Without(words), 4) == (
        '("‹4" NOT (("ab" AND "退款 款吗")))'
    )
    either = Any((words, Words(("款",), (0, 0))))
    assert sqlite.expression(either, 4) == '((("ab" AND "退款 款吗")) OR (("款")))'


def test_numbers_of_pairs_and_departments_never_meet() -> None:
    text = "退款吗\U00020000\U00020001"
    found = postgresql.numbers(70_000, text)
    grams = len(grams_of(text))
    assert grams == 4
    assert len(found) == len(set(found)) == 1 + 4 + 4 + grams  # the rare ones share one
    assert all(-(2**31) <= number < 2**31 for number in found)
    pairs = {postgresql.number_of(pair) for pair in ("退款", "款退", "退", "款")}
    assert len(pairs) == 4
