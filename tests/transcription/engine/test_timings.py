from transcription.engine.base import Word
from transcription.engine.timings import Token, offsets, words_on


def test_characters_get_their_times_and_punctuation_gets_none() -> None:
    tokens = [Token("你", 0, 60, 0.9), Token("好", 60, 180, 0.8), Token("，", 180, 240)]
    assert words_on("你好，", tokens, 1000) == (
        Word("你", 0, 60, 0.9, offset=0),
        Word("好", 60, 180, 0.8, offset=1),
    )


def test_pieces_of_a_latin_word_become_one_word() -> None:
    tokens = [
        Token("▁ser", 0, 100, 0.9), Token("vice", 100, 300, 0.5),
        Token("▁desk", 300, 500),
    ]  # fmt: skip
    assert words_on("Service desk", tokens, 1000) == (
        Word("Service", 0, 300, 0.5, offset=0),
        Word("desk", 300, 500, offset=8),
    )


def test_a_character_cut_into_bytes_gets_the_time_of_its_bytes() -> None:
    tokens = [
        Token("我", 0, 60), Token("\ufffd", 60, 120), Token("\ufffd", 120, 180),
        Token("吃", 180, 240),
    ]  # fmt: skip
    assert words_on("我囍吃", tokens, 1000) == (
        Word("我", 0, 60, offset=0),
        Word("囍", 60, 180, offset=1),
        Word("吃", 180, 240, offset=2),
    )


def test_no_word_has_a_time_when_one_of_them_has_none() -> None:
    assert words_on("你好吗", [Token("你", 0, 60), Token("吗", 120, 180)], 1000) == ()
    assert words_on("你好吗", [Token("你", 0, 60)], 1000) == ()
    assert words_on("你好", [Token("坏", 0, 60)], 1000) == ()


def test_times_stay_within_the_piece() -> None:
    (word,) = words_on("好", [Token("好", -30, 1030)], 1000)
    assert word == Word("好", 0, 1000, offset=0)


def test_a_word_says_where_it_begins_in_the_text() -> None:
    text = "请说，请  say 'OK.' 好"
    tokens = [
        Token(piece, 0, 60) for piece in ("请", "说", "，", "请", " say", "'OK.'", "好")
    ]
    words = words_on(text, tokens, 1000)
    assert [word.text for word in words] == ["请", "说", "请", "say", "'OK", "好"]
    assert [text[word.offset : word.end] for word in words] == [w.text for w in words]
    assert [word.offset for word in words] == [0, 1, 3, 6, 10, 16]


def test_the_places_of_pieces_that_follow_the_text() -> None:
    assert offsets("请讲，请讲", ["请", "讲", "请", "讲"]) == [0, 1, 3, 4]
    assert offsets("请讲", ["请", "说", "讲"]) == [0, None, 1]
    assert offsets("请讲", ["讲", "请"]) == [1, None]
    assert offsets("", []) == []
