"""A new transcript finds the searches that it answers, and no others."""

import random

import pytest
from django.db import connection

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.refusal import Refused
from tests.people import join, make_user, membership
from tests.transcription.saved_searches.saving import arrive, hits, match, save
from transcription.forms.saved_searches import question_of
from transcription.forms.search import SearchForm
from transcription.models.recordings import Recording, Tag
from transcription.models.saved_searches import SavedSearch, SavedSearchTerm
from transcription.search.backends.base import documents
from transcription.search.covers import covers_of, terms_of
from transcription.services.saved_searches import limits
from transcription.services.saved_searches.matching import (
    candidates,
    searches_answered,
)
from transcription.services.saved_searches.terms import renew_terms
from transcription.services.search.asking import understood
from transcription.services.search.finding import Asked, recordings_for
from transcription.services.search.index import index_recording

pytestmark = pytest.mark.django_db

WORDS = (
    "退款",
    "退",
    "投诉",
    "VIP",
    "1299元",
    "人工智能客服",
    "抱歉",
    "王芳",
    "ガス",
    "7788",
)
SAID = (*WORDS, "您好", "一千两百九十九元", "的的的", "爱丽丝", "理财产品", "退货款")
FACTS = (
    "agent:王",
    "agent:alice",
    "tag:重要",
    "title:来电",
    "number:138",
    "direction:in",
)
SHAPES = (
    "{a}",
    "{a} {b}",
    "{a} OR {b}",
    "{a} -{b}",
    "-{a}",
    "{a} NEAR/5s {b}",
    "({a} OR {b}) {c}",
    "{a} OR -{b}",
    "scope:sentence {a} {b}",
    "within:first3s {a}",
    "after:{a} {b}",
    "{a} {f}",
    "{f}",
    "{f} OR {a}",
    "longer:5s {a}",
    "from:2099 {a}",
)


def asked(chance: random.Random) -> str:
    a, b, c = chance.sample(WORDS, 3)
    return chance.choice(SHAPES).format(a=a, b=b, c=c, f=chance.choice(FACTS))


def some_recording(
    chance: random.Random, department: Department, number: int
) -> Recording:
    texts = ["".join(chance.choices(SAID, k=3)) for _ in range(chance.randint(1, 4))]
    recording = arrive(
        department,
        texts,
        title=chance.choice(("来电", "咨询")) + str(number),
        agent=chance.choice(("", "王芳", "王小明", "Alice")),
        phone_number=chance.choice(("", "13800138000")),
        direction=chance.choice(("", "inbound")),
    )
    if chance.random() < 0.3:
        tag, _is_new = Tag.objects.get_or_create(department=department, name="重要")
        recording.tags.add(tag)
    return recording


@pytest.mark.parametrize("seed", range(2))
def test_what_is_counted_is_what_the_search_finds(
    seed: int, alice: User, sales: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ALWAYS_READ", 50)
    join(make_user("wang", display_name="王芳"), sales, Role.MEMBER)
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    searches = [save(alice, asked(chance), name=f"{n}") for n in range(30)]
    for number in range(12):
        some_recording(chance, sales, number)
    assert match() == 12
    wrong, found = {}, 0
    for search in searches:
        question = question_of(search.question, membership(alice))
        ids = recordings_for(Asked(question.tree, sales.pk), 100).ids
        by_search = set(Recording.objects.filter(pk__in=ids).values_list("title"))
        counted = {(title,) for title in hits(search)}
        found += len(counted)
        if counted != by_search:
            wrong[question.typed] = (counted, by_search)
    assert wrong == {}
    assert found > 20


def test_only_what_may_answer_is_asked(alice: User, sales: Department) -> None:
    for number in range(30):
        save(alice, f"退款 词语{number:02}号", name=f"{number}")
    wanted = save(alice, "退款 投诉")
    never = save(alice, "-您好", name="没有问候")
    recording = arrive(sales, ["我要退款，还要投诉"])
    with connection.cursor() as sql:
        document = documents(sql, [recording.pk])[recording.pk]
    asked_of = set(candidates(recording, document).values_list("pk", flat=True))
    assert asked_of == {wanted.pk, never.pk}


def test_filters_and_days_are_part_of_the_question(
    alice: User, sales: Department
) -> None:
    arrive(sales, ["退款"], title="以前的").tags.add(
        Tag.objects.create(department=sales, name="重要")
    )
    tagged = save(alice, "退款", filters="&tag=重要", name="重要的")
    agents = save(alice, "退款", filters="&agent=王", name="王的")
    recent = save(alice, "退款 last:month", name="最近")
    old = save(alice, "退款", filters="&until=2020-01-01", name="很久以前")
    arrive(sales, ["我要退款"], title="普通")
    arrive(sales, ["我要退款"], title="重要").tags.add(Tag.objects.get())
    arrive(sales, ["我要退款"], title="王的", agent="王芳")
    arrive(sales, ["都好"], title="无关", agent="王芳")
    match()
    assert hits(tagged) == ["重要"]
    assert hits(agents) == ["王的"]
    assert hits(recent) == ["普通", "重要", "王的"]
    assert hits(old) == []


def test_a_search_that_cannot_be_asked_any_more_finds_nothing(
    alice: User, sales: Department
) -> None:
    tag = Tag.objects.create(department=sales, name="重要")
    arrive(sales, ["您好"]).tags.add(tag)
    search = save(alice, "退款", filters="&tag=重要")
    tag.delete()
    with pytest.raises(Refused):
        question_of(search.question, membership(alice))
    arrive(sales, ["退款"])
    assert match() == 1
    assert hits(search) == []


def test_a_new_members_name_is_an_agents_name(alice: User, sales: Department) -> None:
    """The page looks for words as the names of members, too: of those of today."""
    search = save(alice, "投诉")
    person = join(make_user("tousu", display_name="投诉专员"), sales, Role.MEMBER)
    arrive(sales, ["您好"], title="她的", agent_member=membership(person))
    match()
    assert hits(search) == ["她的"]


def test_terms_are_written_anew_as_questions_are_read_now(
    alice: User, sales: Department
) -> None:
    search = save(alice, "退款 投诉")
    before = set(search.terms.values_list("term", flat=True))
    assert before == {"退款", "投诉"}
    SavedSearchTerm.objects.filter(term="投诉").update(term="旧的")
    assert renew_terms(question_of, 10) == 0  # not an hour old
    SavedSearch.objects.update(terms_at=search.created_at.replace(year=2020))
    assert renew_terms(question_of, 10) == 1
    assert set(search.terms.values_list("term", flat=True)) == before


def test_every_parameter_of_the_page_is_read(alice: User) -> None:
    """A new field of the search form asks something or does not: say which, here and in
    ``question_of`` or ``questions._PLACES``."""
    read = {"q", "sound", "since", "until", "uploader", "agent", "tag", "language"}
    places = {"recording", "after", "at", "skip", "sort"}
    form = SearchForm(None, membership=membership(alice))
    assert set(form.fields) == read | places


def test_a_recording_that_is_in_no_index_answers_nothing(
    alice: User, sales: Department
) -> None:
    save(alice, "退款")
    recording = arrive(sales, ["退款"])
    assert searches_answered(recording, question_of) != []
    Recording.objects.filter(pk=recording.pk).update(deleted_at=recording.created_at)
    recording.refresh_from_db()
    index_recording(recording)
    assert searches_answered(recording, question_of) == []


def test_a_question_by_sound_finds_what_sounds_like_it(
    alice: User, sales: Department
) -> None:
    """The cover of such a question is made of sounds, and lets nothing slip that the
    index would find."""
    texts = [
        "买了立财产品",
        "这个李财不好",
        "说的是理财",
        "你才来",
        "人工只能客服",
        "没有",
    ]
    recordings = [arrive(sales, [text], title=text) for text in texts]
    for typed in ("理财", "理财产品", "人工智能客服", "理财 产品", "VIP"):
        tree = understood(typed, membership(alice), by_sound=True)
        covers = covers_of(tree)
        assert covers
        found = set(recordings_for(Asked(tree, sales.pk), 100).ids)
        with connection.cursor() as sql:
            read = documents(sql, [one.pk for one in recordings])
        terms = {pk: terms_of(one.text, (), ()) for pk, one in read.items()}
        may = {pk for pk in terms if all(cover & terms[pk] for cover in covers)}
        assert found <= may, typed
    assert len(found) == 0
    tree = understood("理财", membership(alice), by_sound=True)
    assert len(recordings_for(Asked(tree, sales.pk), 100).ids) > 1
