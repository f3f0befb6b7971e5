"""A word is found in whichever way it is written: figures, and what a department's
hotwords are called besides."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.departments import Department
from accounts.models.people import User
from tests.people import membership
from tests.transcription.search.asking import found_by
from tests.transcription.search.conftest import Indexed
from transcription.models.hotwords.lists import HotwordList, HotwordListVersion
from transcription.models.hotwords.overrides import CompanyListOff, CompanyWordOff
from transcription.models.transcripts import Segment
from transcription.services.search.asking import understood
from transcription.services.search.figures import other_ways
from transcription.services.search.index import index_transcript

pytestmark = pytest.mark.django_db


def publish(
    department: Department | None, *lines: str, name: str = "词"
) -> HotwordList:
    listed, _new = HotwordList.objects.get_or_create(department=department, name=name)
    HotwordListVersion.objects.create(
        hotword_list=listed,
        number=listed.versions.count() + 1,
        lines=list(lines),
        word_count=len(lines),
    )
    return listed


@pytest.mark.parametrize(
    ("typed", "others"),
    [
        ("一千两百九十九元", {"1299元"}),
        ("1299元", {"一千二百九十九元", "一千两百九十九元"}),
        ("90天", {"九十天"}),
        ("十二块五毛", {"12·5元"}),
        ("10086", {"一万零八十六", "一零零八六", "幺零零八六"}),
        ("20500", {"二万零五百", "两万零五百"}),
        ("vip‿15", {"vip十五"}),
        ("7", set()),
        ("12·5", set()),
        ("退款", set()),
        ("13800138000", set()),
    ],
)
def test_figures_are_written_and_said(typed: str, others: set[str]) -> None:
    found = {phrase for way in other_ways((typed,)) for phrase in way}
    assert found >= others
    assert bool(found) == bool(others)


def test_what_was_said_finds_what_is_written_and_the_other_way_round(
    alice: User, indexed: Indexed
) -> None:
    written = indexed("价格是1299元")
    Segment.objects.filter(transcript=written).update(text_raw="价格是1299元")
    index_transcript(written)
    said = indexed("价格是一千两百九十九元")
    both = {written.recording, said.recording}
    for typed in ("一千两百九十九元", "1299元"):
        page = found_by(alice, typed)
        assert {group.recording for group in page.groups} == both
    marked = {
        text
        for group in page.groups
        for hit in group.hits
        for text, m in hit.parts
        if m
    }
    assert marked == {"1299元", "一千两百九十九元"}


def test_a_hotword_is_found_by_its_variants_and_says_so(
    alice: User, sales: Department, support: Department, indexed: Indexed
) -> None:
    publish(sales, "理财通|李彩通|里才通", "贷款")
    publish(support, "理财通|别家的")
    misheard, own = indexed("我要开李彩通"), indexed("理财通")
    indexed("别家的")
    page = found_by(alice, "理财通")
    assert [group.recording for group in page.groups] == [
        own.recording,
        misheard.recording,
    ]
    notes = [
        (str(note.label), note.text)
        for group in page.groups
        for hit in group.hits
        for note in hit.notes
    ]
    assert [text for _label, text in notes] == ["李彩通"]
    assert found_by(alice, "-理财通 我要").total == 0
    assert found_by(alice, "李彩通").total == 1  # as it is typed: no hotword


def test_only_what_is_published_and_taken_counts(
    alice: User, sales: Department, indexed: Indexed
) -> None:
    indexed("我要开李彩通")
    publish(sales, "理财通|李彩通")
    assert found_by(alice, "理财通").total == 1
    listed = publish(sales, "理财通")  # published anew, without it
    assert found_by(alice, "理财通").total == 0
    companys = publish(None, "理财通|李彩通", name="公司")
    assert found_by(alice, "理财通").total == 1
    off = CompanyWordOff.objects.create(
        department=sales, text="理财通", folded="理财通"
    )
    assert found_by(alice, "理财通").total == 0
    off.delete()
    CompanyListOff.objects.create(department=sales, hotword_list=companys)
    assert found_by(alice, "理财通").total == 0
    publish(sales, "理财通|李彩通")
    HotwordList.objects.filter(pk=listed.pk).update(is_enabled=False)
    assert found_by(alice, "理财通").total == 0


def test_published_words_are_read_once(alice: User, sales: Department) -> None:
    publish(sales, "理财通|李彩通")
    member = membership(alice)
    understood("理财通 退款", member)
    with CaptureQueriesContext(connection) as context:
        tree = understood("理财通 退款", member)
    assert "李彩通" in str(tree)
    assert len(context) == 2  # members' names, and which versions there are
