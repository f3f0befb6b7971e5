"""The manual is there for everybody, and says the same in both languages."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models.people import User
from portal.pages.manual import CHAPTERS

ClientOf = Callable[[User], Client]

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PICTURES = Path(settings.BASE_DIR) / "static" / "help"
MOST_PICTURES = 12
LARGEST_PICTURE = 60 * 1024
FACTS = {
    "controls": re.compile(r"""{% control "([^%]+)" %}"""),
    "pictures": re.compile(r"""{% picture "(\w+)" """),
    "chapters": re.compile(r"""slug='(\w+)'"""),
    "keys": re.compile(r"<kbd>(.+?)</kbd>"),
    "headings": re.compile(r"(<h2>)"),
    "steps": re.compile(r"(<[ou]l>|<li>)"),
}
every_chapter = pytest.mark.parametrize("slug", CHAPTERS)


def text_of(template: str) -> str:
    return (TEMPLATES / template).read_text(encoding="utf-8")


@every_chapter
def test_both_languages_name_the_same_controls_keys_and_pictures(slug: str) -> None:
    chapter = CHAPTERS[slug]
    chinese, english = text_of(chapter.chinese), text_of(chapter.english)
    for what, pattern in FACTS.items():
        ours, theirs = (
            Counter(pattern.findall(chinese)),
            Counter(pattern.findall(english)),
        )
        assert set(ours) == set(theirs), what
        if what in ("headings", "steps", "pictures"):
            assert ours == theirs, what


@every_chapter
def test_everybody_reads_every_chapter(
    slug: str, alice: User, root: User, client_of: ClientOf
) -> None:
    address = reverse("help_chapter", kwargs={"slug": slug})
    for person in (alice, root):
        answer = client_of(person).get(address)
        assert answer.status_code == 200
        assert str(CHAPTERS[slug].title) in answer.content.decode()


def test_the_language_of_the_pages_is_that_of_the_prose(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    address = reverse("help_chapter", kwargs={"slug": "upload"})
    chinese = client.get(address, headers={"accept-language": "zh-CN"})
    english = client.get(address, headers={"accept-language": "en"})
    assert '<b class="control">选择文件</b>' in chinese.content.decode()
    assert '<b class="control">Choose files</b>' in english.content.decode()


def test_names_stand_in_the_prose_without_spaces_around_them(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    address = reverse("help_chapter", kwargs={"slug": "search"})
    chinese = client.get(address, headers={"accept-language": "zh-CN"})
    english = client.get(address, headers={"accept-language": "en"})
    assert '打开<b class="control">筛选</b>，可以限定' in chinese.content.decode()
    assert '<b class="control">Language</b>. The' in english.content.decode()
    assert '<b class="control">Filters</b> has' in english.content.decode()


def test_a_chapter_that_does_not_exist_is_not_found(
    alice: User, client_of: ClientOf
) -> None:
    address = reverse("help_chapter", kwargs={"slug": "nothing"})
    assert client_of(alice).get(address).status_code == 404


def test_the_way_to_the_page_is_shown_to_those_who_have_one(
    alice: User, dave: User, client_of: ClientOf
) -> None:
    address = reverse("help_chapter", kwargs={"slug": "upload"})
    page = reverse("transcription:upload", kwargs={"department": "sales"})
    way = f'<a class="btn" href="{page}">'
    assert way in client_of(alice).get(address).content.decode()
    assert way not in client_of(dave).get(address).content.decode()


def test_the_contents_lead_to_every_chapter_and_every_page_to_the_contents(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    contents = client.get(reverse("help")).content.decode()
    for slug in CHAPTERS:
        assert reverse("help_chapter", kwargs={"slug": slug}) in contents
    profile = client.get(reverse("accounts:profile")).content.decode()
    assert profile.count(f'href="{reverse("help")}"') == 2  # sidebar, account menu


def test_pictures_are_there_in_both_languages_few_and_small() -> None:
    prose = "".join(text_of(chapter.chinese) for chapter in CHAPTERS.values())
    wanted = set(FACTS["pictures"].findall(prose))
    there = sorted(PICTURES.rglob("*.*"))
    assert {
        path.relative_to(PICTURES).with_suffix("").as_posix() for path in there
    } == {f"{language}/{name}" for language in ("zh", "en") for name in wanted}
    assert len(there) <= MOST_PICTURES
    assert [p.name for p in there if p.stat().st_size > LARGEST_PICTURE] == []
