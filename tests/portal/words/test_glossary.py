"""The glossary is complete in both languages, and its words are those in use."""

import re

from django.conf import settings

from portal.installation.translations import catalogue_paths, read_catalogue
from tests.portal.test_documentation import ROOT
from tests.portal.words.glossary import read_glossary, rows_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def rows() -> list[list[str]]:
    words, _ = read_glossary().split("\n## Not these words")
    cells = rows_of(words)
    assert len(cells) > 50
    return cells


def test_every_word_is_explained_in_both_languages() -> None:
    for row in rows():
        assert len(row) == 4, row
        word, chinese, meaning, explained = row
        assert word and meaning, row
        assert not CHINESE.search(word + meaning), row
        assert CHINESE.search(chinese) and CHINESE.search(explained), row


def test_no_word_stands_twice() -> None:
    for column in (0, 1):
        words = [row[column] for row in rows()]
        assert sorted(words) == sorted(set(words))


def test_chinese_words_are_those_of_the_pages_and_documents() -> None:
    used = [
        str(message.string)
        for path in catalogue_paths(settings.LOCALE_PATHS)
        for message in read_catalogue(path)
    ]
    documents = [*ROOT.glob("*.zh-CN.md"), *ROOT.glob("docs/*.zh-CN.md")]
    used += [document.read_text("utf-8") for document in documents]
    in_use = "\n".join(used)
    words = {word for row in rows() for word in row[1].split("、")}
    assert {word for word in words if word not in in_use} == set()
