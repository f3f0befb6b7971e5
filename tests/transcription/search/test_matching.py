"""What a document answers, with the call of the decision page."""

import pytest

from tests.transcription.search.test_documents import spoken
from transcription.search.documents import About, Document, document
from transcription.search.folding import phrases_of
from transcription.search.gates import EVERYTHING, gate_of
from transcription.search.language.tree import (
    All,
    Any,
    Fact,
    FactName,
    Near,
    Node,
    Scope,
    Where,
    Without,
    Words,
)
from transcription.search.matching import Reading

AGENT, CUSTOMER = (1, 0), (2, 1)
VIP = Fact(FactName.TAG, "VIP", (0, 0))


def words(text: str) -> Words:
    return Words(phrases_of(text), (0, 0))


def said_by(name: str, *parts: Node) -> All:
    return All(parts, Where(speaker=name))


@pytest.fixture
def call() -> Document:
    return document(
        {About.TITLE: "扫地机器人物流咨询", About.NUMBER: "13800138000"},
        [
            spoken(0, "您好，有什么可以帮您", 0, voice=AGENT),
            spoken(1, "我想退款，1299元", 3_000, voice=CUSTOMER),
            spoken(2, "好的给您转人工智", 6_000, voice=AGENT),
            spoken(3, "能客服", 7_100, voice=AGENT),
            spoken(4, "我要投诉", 60_000, voice=CUSTOMER),
        ],
    )


def answer(call: Document, node: Node, *, is_vip: bool = False) -> list[int] | None:
    """The segments that were found; None when it is no answer."""

    def voices_of(name: str) -> frozenset[int]:
        return frozenset({0} if name == "客服" else {1})

    found = Reading(call, lambda fact: is_vip, voices_of).answers(node)
    return None if found is None else [match.segment for match in found]


REFUND, COMPLAINT, SORRY = words("退款"), words("投诉"), words("抱歉")
CASES: list[tuple[Node, list[int] | None]] = [
    (REFUND, [1]),
    (words("人工智能客服"), [3]),
    (words("8000"), [About.NUMBER]),
    (words("物流"), [About.TITLE]),
    (All((REFUND, COMPLAINT)), [1, 4]),
    (All((REFUND, SORRY)), None),
    (Any((REFUND, SORRY)), [1]),
    (Without(SORRY), []),
    (Without(COMPLAINT), None),
    (All((REFUND, Without(COMPLAINT))), None),
    # One sentence, one turn.
    (All((REFUND, COMPLAINT), Where(scope=Scope.SENTENCE)), None),
    (All((REFUND, words("1299")), Where(scope=Scope.SENTENCE)), [1]),
    (All((words("好的"), words("能客服")), Where(scope=Scope.SENTENCE)), None),
    (All((words("好的"), words("能客服")), Where(scope=Scope.TURN)), [2, 3]),
    (All((REFUND, Without(words("1299"))), Where(scope=Scope.SENTENCE)), None),
    (All((COMPLAINT, Without(words("1299"))), Where(scope=Scope.SENTENCE)), [4]),
    # By whom: the supervisor's question.
    (said_by("客服", REFUND), None),
    (said_by("客户", REFUND), [1]),
    (said_by("客户", words("物流")), None),
    (All((said_by("客户", REFUND), Without(said_by("客服", SORRY)))), [1]),
    (All((said_by("客户", REFUND), Without(said_by("客服", words("好的"))))), None),
    # When.
    (Near(REFUND, COMPLAINT, 20_000), None),
    (Near(REFUND, COMPLAINT, 80_000), [1, 4]),
    (Near(REFUND, REFUND, 80_000), None),
    (All((REFUND,), Where(first_ms=30_000)), [1]),
    (All((COMPLAINT,), Where(first_ms=30_000)), None),
    (All((COMPLAINT,), Where(last_ms=5_000)), [4]),
    (All((REFUND,), Where(last_ms=5_000)), None),
    (All((COMPLAINT,), Where(after=words("人工智能"))), [4]),
    (All((REFUND,), Where(after=words("人工智能"))), None),
    (All((Without(SORRY),), Where(after=words("云帆"))), None),
    # The inner bracket says in which part, in the place of the outer one.
    (All((All((COMPLAINT,), Where(last_ms=5_000)),), Where(first_ms=30_000)), [4]),
    (All((All((REFUND,), Where(first_ms=30_000)),), Where(last_ms=5_000)), [1]),
    (All((words("物流"),), Where(last_ms=3_600_000)), None),  # a title is no part
    # Facts.
    (VIP, None),
    (Any((VIP, REFUND)), [1]),
    (All((Without(VIP), REFUND)), [1]),
]


@pytest.mark.parametrize(("node", "expected"), CASES)
def test_a_call_answers(call: Document, node: Node, expected: list[int] | None) -> None:
    assert answer(call, node) == expected


def test_facts_are_the_recordings(call: Document) -> None:
    assert answer(call, VIP, is_vip=True) == []
    assert answer(call, All((VIP, REFUND)), is_vip=True) == [1]


def test_each_sentence_says_which_phrases_are_in_it(call: Document) -> None:
    found = Reading(call, lambda fact: True, lambda name: frozenset()).answers(
        Any((REFUND, words("1299"), COMPLAINT))
    )
    assert found is not None
    assert [match.phrases for match in found] == [("退款", "1299"), ("投诉",)]


@pytest.mark.parametrize(("node", "expected"), CASES)
def test_no_answer_is_shut_out_by_its_gate(
    call: Document, node: Node, expected: list[int] | None
) -> None:
    gate = gate_of(node)
    passes = answer(call, gate.node) is not None
    assert passes or expected is None
    if gate.is_exact:
        assert passes == (expected is not None)


def test_what_a_bracket_leaves_out_may_be_elsewhere_in_the_call() -> None:
    apology = said_by("客服", SORRY)
    assert gate_of(All((REFUND, Without(apology)))).node == REFUND
    assert gate_of(said_by("客服", Any((SORRY, Without(REFUND))))).node == EVERYTHING
    assert gate_of(Without(Near(REFUND, SORRY, 5))).node == EVERYTHING
    assert gate_of(All((REFUND, Without(SORRY)))).is_exact
    assert gate_of(Near(REFUND, SORRY, 5)).node == All((REFUND, SORRY))


def test_an_hour_of_the_same_two_words_is_read_in_time() -> None:
    rows = [
        spoken(i, "退款投诉" * 20, i * 3_000, voice=AGENT if i % 2 else CUSTOMER)
        for i in range(1_200)
    ]
    assert len(answer(document({}, rows), Near(REFUND, COMPLAINT, 100)) or ()) == 1_200
