"""Which recordings answer a tree: the database names candidates, newest first, and
where its word is not the last, their documents are read until there are enough."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from django.db import connection

from transcription.models.transcripts import Speaker, voice_name
from transcription.search.backends.base import Condition, Question, documents
from transcription.search.backends.choose import backend_of
from transcription.search.documents import Document
from transcription.search.folding import folded
from transcription.search.gates import gate_of
from transcription.search.language.tree import Fact, Node
from transcription.search.matching import Match, Reading, VoicesOf
from transcription.services.search.facts import (
    condition_of_fact,
    facts_of,
    recordings_with,
)

# Candidates that are named and documents that are read at once, and documents at most
# for one answer: hours of speech, then a page says how far it looked.
_NAMED = 1_000
_CHUNK = 100
LOOKED_CAP = 3_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A tree, of a department's recordings that fulfil the conditions."""

    tree: Node
    department_id: int
    conditions: Sequence[Condition] = ()
    low: int = 0
    high: int = 2**63 - 1

    def below(self, recording_id: int) -> "Asked":
        """The same of older recordings."""
        return replace(self, high=min(self.high, recording_id - 1))


@dataclass(slots=True)
class Answers:
    """Ids of recordings, newest first, as many as were asked for. ``looked_back_to``:
    the candidates were too many, and older ones than this were not read."""

    ids: list[int] = field(default_factory=list)
    looked_back_to: int | None = None


def recordings_for(asked: Asked, limit: int, look_at: int = LOOKED_CAP) -> Answers:
    """At most ``limit`` recordings that answer the tree, for which at most ``look_at``
    documents are read."""
    question, is_exact = _question(asked)
    if is_exact:
        return Answers(_candidates(question, limit))
    answers = Answers()
    for at_most in _portions(look_at):
        ids = _candidates(question, at_most)
        answers.ids += islice(_holding(asked.tree, ids), limit - len(answers.ids))
        if len(answers.ids) >= limit or len(ids) < at_most:
            return answers
        question = replace(question, high=ids[-1] - 1)
    answers.looked_back_to = question.high + 1
    return answers


def _portions(total: int) -> Iterator[int]:
    """So many, some at a time."""
    for done in range(0, total, _NAMED):
        yield min(_NAMED, total - done)


def _holding(tree: Node, ids: Sequence[int]) -> Iterator[int]:
    """Those of the recordings that answer the tree, in the same order. Few documents
    are read first, for whoever wants few."""
    begins, size = 0, _CHUNK // 5
    while begins < len(ids):
        some = ids[begins : begins + size]
        yield from those_that_hold(tree, some)
        begins, size = begins + size, _CHUNK


def candidates_for(asked: Asked, limit: int) -> list[int]:
    """The newest recordings that may answer the tree; ``read_documents`` says whether
    they do."""
    question, _is_exact = _question(asked)
    return _candidates(question, limit)


def is_counted_by_index(tree: Node) -> bool:
    """Whether no document has to be read to know which recordings answer the tree."""
    return gate_of(tree).is_exact


def _question(asked: Asked) -> tuple[Question, bool]:
    """For the database, and whether its word is the last."""
    gate = gate_of(asked.tree)
    facts = {fact: condition_of_fact(fact) for fact in facts_of(gate.node)}
    question = Question(
        gate.node, asked.department_id, asked.conditions, facts, asked.low, asked.high
    )
    return question, gate.is_exact


def read_documents(tree: Node, ids: Sequence[int]) -> dict[int, list[Match]]:
    """Of those of the recordings that answer the tree, where they do."""
    read = {pk: reading.answers(tree) for pk, reading in readings(tree, ids)}
    return {pk: found for pk, found in read.items() if found is not None}


def those_that_hold(tree: Node, ids: Sequence[int]) -> list[int]:
    """Those of the recordings that answer the tree, in the same order."""
    there = {pk for pk, reading in readings(tree, ids) if reading.holds(tree)}
    return [pk for pk in ids if pk in there]


def readings(tree: Node, ids: Sequence[int]) -> Iterator[tuple[int, Reading]]:
    """The documents of these recordings, ready to be asked the tree."""
    with connection.cursor() as sql:
        texts = documents(sql, ids)
    return _readings_of(tree, texts)


def is_answer(tree: Node, recording_id: int, document: Document) -> bool:
    """Whether this one does, whose document has been read."""
    ((_pk, reading),) = _readings_of(tree, {recording_id: document})
    return reading.holds(tree)


def _readings_of(
    tree: Node, texts: Mapping[int, Document]
) -> Iterator[tuple[int, Reading]]:
    truths = {fact: recordings_with(fact, texts) for fact in facts_of(tree)}
    names = _VoiceNames(texts.values())
    for recording_id, document in texts.items():

        def is_true(fact: Fact, pk: int = recording_id) -> bool:
            return pk in truths[fact]

        yield recording_id, Reading(document, is_true, names.of(document))


def _candidates(question: Question, limit: int) -> list[int]:
    with connection.cursor() as sql:
        return backend_of(connection).recordings(sql, question, limit)


class _VoiceNames:
    """What the voices of some documents are called, read once somebody asks."""

    def __init__(self, documents: Collection[Document]) -> None:
        self._documents = documents
        self._names: dict[int, str] | None = None

    def of(self, document: Document) -> VoicesOf:
        """The numbers of the document's voices that a name, or a part of it, means."""

        def voices_of(name: str) -> frozenset[int]:
            wanted = _folded_name(name)
            return frozenset(
                number
                for number, (speaker, _channel) in enumerate(document.voices)
                if speaker is not None and wanted in self._known().get(speaker, "")
            )

        return voices_of

    def _known(self) -> dict[int, str]:
        if self._names is None:
            voices = {voice for one in self._documents for voice in one.voices}
            ids = {speaker for speaker, _channel in voices if speaker is not None}
            named = Speaker.objects.filter(pk__in=ids).values_list(
                "pk", "name", "label"
            )
            self._names = {pk: folded_voice(name, label) for pk, name, label in named}
        return self._names


def folded_voice(name: str, label: str) -> str:
    """What a voice is called, in the page's language where nobody has named it."""
    return _folded_name(name or voice_name(Speaker(label=label)))


@lru_cache(maxsize=1024)
def _folded_name(name: str) -> str:
    """Thousands of voices have few names: 客服, 客户."""
    return folded(name).text
