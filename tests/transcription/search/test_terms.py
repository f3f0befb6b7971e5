import pytest

from transcription.search.documents import (
    Spoken,
    key_of,
    keys_of,
    place_of,
    terms_of,
)
from transcription.search.terms import (
    TAIL_UNITS,
    fold,
    ordered_terms,
    phrase_sequences,
    runs_of,
    words_of,
)


def units(text: str) -> list[list[str]]:
    return words_of(runs_of(text))


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("理财产品", [["理", "财", "产", "品"]]),
        ("您好，请问", [["您", "好"], ["请", "问"]]),
        ("好。", [["好"], []]),
        ("，好", [[], ["好"]]),
        ("", [[]]),
        ("Hello World", [["hello", "world"]]),
        ("iPhone15要1,299元", [["iphone", "15", "要", "1299", "元"]]),
        ("12.5元18:45", [["12·5", "元", "18∶45"]]),
        ("don't", [["don’t"]]),
        ("《三国》“演义”", [["三", "国", "演", "义"]]),
        ("Fun-ASR", [["fun", "asr"]]),
        ("ｖｉｐ客户", [["vip", "客", "户"]]),
        ("電話錢", [["电", "话", "钱"]]),
        ("カード", [["カ", "ー", "ド"]]),
        ("12,34", [["12"], ["34"]]),
        ("1,299,000.5", [["1299000·5"]]),
    ],
)
def test_text_falls_into_runs_of_units(text: str, expected: list[list[str]]) -> None:
    assert units(text) == expected


def test_units_know_where_they_come_from_even_when_folding_lengthens() -> None:
    text = "共㍿５㎏米"
    assert fold(text)[0] == "共株式会社5kg米"
    found = {unit.text: text[unit.start : unit.end] for unit in runs_of(text)[0]}
    assert found["5"] == "５"
    assert found["kg"] == "㎏"
    assert found["米"] == "米"


def test_pairs_overlap_and_chance_overlaps_are_parted() -> None:
    assert ordered_terms(units("理财产品"), []) == ["理财", "财产", "产品"]
    assert ordered_terms(units("好好，好好"), []) == ["好好", "¬", "好好"]
    assert ordered_terms(units("买VIP"), []) == ["买‿vip"]


def test_no_term_can_be_taken_for_a_department() -> None:
    (found,) = terms_of([spoken(0, "d42 d 42 D42")])
    assert "d42" not in found[1].ordered + found[1].single


def test_a_phrase_over_the_boundary_is_a_sequence_of_its_own() -> None:
    first, second = [
        t for _i, t in terms_of([spoken(0, "转人工智"), spoken(1, "能客服")])
    ]
    sequences = phrase_sequences(("人", "工", "智", "能"))
    here = " ".join(second.ordered)
    assert here == "‹转人 ‹人工 ‹工智 ¦智能 能客 客服"
    assert sum(" ".join(s) in here for s in sequences) == 1
    assert not any(" ".join(s) in " ".join(first.ordered) for s in sequences)


def test_what_lies_wholly_in_the_former_segment_is_not_found_twice() -> None:
    _first, second = [t for _i, t in terms_of([spoken(0, "转人工"), spoken(1, "好的")])]
    here = f" {' '.join(second.ordered)} "
    assert not any(f" {' '.join(s)} " in here for s in phrase_sequences(("人", "工")))


def test_a_phrase_may_lie_over_three_short_segments() -> None:
    rows = [spoken(i, char, i * 1000) for i, char in enumerate("人工智能")]
    last = list(terms_of(rows))[-1][1]
    assert " ".join(last.ordered) == "‹人工 ‹工智 ¦智能"


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
    found = list(terms_of([spoken(0, "人工智"), second]))[1][1]
    assert not [term for term in found.ordered if term[0] in "‹¦"]


def test_the_tail_is_short() -> None:
    found = list(terms_of([spoken(0, "一二三四五六七八九十" * 3), spoken(1, "好")]))[1][
        1
    ]
    assert len(found.ordered) == TAIL_UNITS


def test_raw_words_are_indexed_beside_the_normalised_ones() -> None:
    row = spoken(0, "价格1299元", text_raw="价格一千两百九十九元")
    ((_index, terms),) = terms_of([row])
    assert {"1299‿元", "九元", "两百"} <= set(terms.ordered)
    assert {"1299", "千"} <= set(terms.single)


def test_raw_words_in_the_same_runs_are_not_indexed_twice() -> None:
    ((_index, same),) = terms_of([spoken(0, "您 好", text_raw="您好")])
    assert same.ordered == ("您好",)


def test_keys_order_recordings_newest_first_and_segments_by_time() -> None:
    keys = [key_of(7, 0), key_of(7, 1), key_of(8, 0), key_of(8, 5)]
    assert [place_of(key) for key in sorted(keys, reverse=True)] == [
        (8, 0),
        (8, 5),
        (7, 0),
        (7, 1),
    ]
    low, high = keys_of(7)
    assert low <= key_of(7, 999) <= high < key_of(8, 2**20 - 1)
    with pytest.raises(ValueError, match="at most"):
        key_of(7, 2**20)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("電話費", "电话费"),
        ("着著", "着着"),
        ("姪兒揹著砲鎗", "侄儿背着炮枪"),
        ("乾燥", "干燥"),
        ("ＡＢＣ", "abc"),
        ("「啊」", "「啊」"),  # brackets are no script
        ("\ud800", "\ud800"),
    ],
)
def test_both_scripts_and_their_variants_fold_to_one(written: str, folded: str) -> None:
    assert fold(written)[0] == folded
