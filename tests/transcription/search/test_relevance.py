from collections import Counter

from transcription.search.relevance import KNOWN_COUNTS, Counted, scores


def order(**calls: Counted) -> list[str]:
    names = list(calls)
    found = scores({place: calls[name] for place, name in enumerate(names)})
    return [names[at] for at in sorted(found, key=found.__getitem__, reverse=True)]


def call(length: int = 1_000, known: str = "", **said: int) -> Counted:
    return Counted(length, Counter(said), set(known.split()), sum(said.values()))


def test_more_places_are_more_relevant_and_in_a_long_call_they_weigh_less() -> None:
    assert order(once=call(退款=1), often=call(退款=4)) == ["often", "once"]
    long = call(length=60_000, 退款=2)
    assert order(long=long, short=call(退款=2)) == ["short", "long"]


def test_a_title_is_worth_some_sentences() -> None:
    found = order(
        said=call(退款=KNOWN_COUNTS - 1),
        titled=call(known="退款"),
        more=call(退款=KNOWN_COUNTS + 1),
    )
    assert found == ["more", "titled", "said"]


def test_a_rarer_word_weighs_more() -> None:
    often = {f"often{n}": call(退款=3) for n in range(20)}
    first, *_others = order(**often, rare=call(违约=3))
    assert first == "rare"


def test_nothing_found_is_nothing_worth() -> None:
    assert scores({1: call(), 2: call()}) == {1: 0, 2: 0}
    assert scores({}) == {}
