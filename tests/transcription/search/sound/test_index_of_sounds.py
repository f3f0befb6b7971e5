"""What the index says of sounds is what reading every document says."""

import hashlib
import random

import pytest
from django.db import connection

from accounts.models.departments import Department
from benchmarks.search.misheard import misheard
from benchmarks.search.sound import SENTENCES, USUAL, chosen
from tests.factories import make_recording, make_transcript
from transcription.search.backends import base, postgresql, sqlite
from transcription.search.backends.choose import backend_of
from transcription.search.folding import phrases_of
from transcription.search.language.tree import All, Any, Node, Without, Words
from transcription.search.sound.grams import LIMIT, grams_of, query_grams
from transcription.search.sound.places import places
from transcription.search.sound.widening import by_sound_too
from transcription.services.search.finding import Asked, recordings_for
from transcription.services.search.index import drop_from_index, index_transcript
from transcription.services.search.upkeep import check, rebuild

pytestmark = pytest.mark.django_db


def words(text: str, *others: str) -> Words:
    return Words(phrases_of(text), (0, 0), tuple(map(phrases_of, others)))


def found(department: Department, tree: Node) -> set[int]:
    asked = Asked(by_sound_too(tree), department.pk)
    return set(recordings_for(asked, 1000).ids)


def say(department: Department, *texts: str) -> int:
    recording = make_recording(department, title="", original_name="")
    index_transcript(make_transcript(recording, texts))
    return recording.pk


def could(text: str, phrase: str) -> bool:
    """Whether its grams are in an index of them."""
    there = grams_of(text)
    return any(all(slot & there for slot in needed) for needed in query_grams(phrase))


def test_it_finds_what_reading_every_document_finds(sales: Department) -> None:
    sentences, terms = chosen(SENTENCES, "tuning")
    for seed, said in enumerate(sentences[:60]):
        chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
        say(sales, misheard(said, 0.25, USUAL, chance).text)
    with connection.cursor() as sql:
        documents = base.documents(sql, base.indexed(sql))
    texts = {pk: document.text for pk, document in documents.items()}
    wrong, by_sound = [], 0
    for term in (*terms, "vip卡", "我想咨询一下理财产品的收益率"):
        (phrase,) = phrases_of(term)
        heard = {
            pk
            for pk, text in texts.items()
            if could(text, phrase) and places(text, phrase)
        }
        written = {pk for pk, text in texts.items() if phrase in text}
        by_sound += len(heard - written)
        if found(sales, words(term)) != heard | written:
            wrong.append(term)
    assert wrong == []
    assert by_sound > 20


def test_words_are_combined_as_ever(sales: Department) -> None:
    both = say(sales, "我买了立财产品", "要头诉你们")
    one = say(sales, "立财", "您好")
    other = say(sales, "我要头诉", "您好")
    figure = say(sales, "1299元")
    torn = say(sales, "你财，产频")
    finance, complaint = words("理财"), words("投诉")
    assert found(sales, All((finance, complaint))) == {both}
    assert found(sales, Any((finance, complaint))) == {both, one, other, torn}
    assert found(sales, words("投诉", "1299元")) == {both, other, figure}
    assert found(sales, words("理财，产品")) == {both, torn}
    # Nobody would see what is left out because it sounds like something else.
    assert found(sales, All((finance, Without(complaint)))) == {both, one, torn}


def test_what_is_gone_is_not_heard(sales: Department, support: Department) -> None:
    recording = make_recording(sales)
    index_transcript(make_transcript(recording, ["立财"]))
    assert found(sales, words("理财")) == {recording.pk}
    assert found(support, words("理财")) == set()
    drop_from_index(recording)
    assert found(sales, words("理财")) == set()
    list(rebuild())
    assert found(sales, words("理财")) == {recording.pk}


def test_a_document_without_its_sounds_is_noticed_and_rebuilt(
    sales: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        for backend in (sqlite, postgresql):
            before.setattr(backend, "grams_of", lambda _text: set[int]())
        pk = say(sales, "我上个月买的理财产品利率调整了吗")
        report = check(sample=9, words=9, seed=1)
        assert set(report.not_found) == {pk}
        assert not report.outdated
        with connection.cursor() as sql:  # as the migration does it
            backend_of(connection).empty(sql)
    list(rebuild())
    assert check(sample=9, words=9, seed=1).is_good


def test_grams_fit_between_pairs_and_departments() -> None:
    grams = {0, LIMIT // 3, LIMIT - 1}
    numbers = {postgresql._gram(gram) for gram in grams}
    pairs = set(postgresql.numbers(70_000, "退款吗\U00020000"))
    assert len(numbers) == 3
    assert not numbers & pairs
    assert all(-(2**31) <= number < 2**31 for number in numbers)


@pytest.mark.once
def test_what_is_in_peoples_indexes_stays_what_it_is() -> None:
    """Who changes the grams of a text has all documents written anew by a migration
    that empties the index, like 0039, and then changes this."""
    text = SENTENCES.read_text("utf-8")
    written = ",".join(map(str, sorted(grams_of(text)))).encode()
    assert hashlib.sha256(written).hexdigest()[:16] == "30cf3d3c77cd128a"
