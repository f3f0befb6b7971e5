import gettext
import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal.installation.translations import (
    compile_catalogue,
    holes,
    read_catalogue,
    texts,
)
from tests.runner.required import skip_or_fail

HEADER = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""


@pytest.fixture
def catalogue(tmp_path: Path, settings: Settings) -> Path:
    path = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    path.write_text(HEADER + '\nmsgid "Search"\nmsgstr "搜索"\n', encoding="utf-8")
    return path


def add(catalogue: Path, entry: str) -> None:
    catalogue.write_text(
        catalogue.read_text(encoding="utf-8") + entry, encoding="utf-8"
    )


def msgids(path: Path) -> set[str]:
    return {texts(message.id)[0] for message in read_catalogue(path)}


def test_the_compiled_catalogue_is_what_gettext_reads(catalogue: Path) -> None:
    assert compile_catalogue(catalogue)
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Search") == "搜索"


def test_what_is_compiled_already_is_left_alone(catalogue: Path) -> None:
    compile_catalogue(catalogue)
    assert not compile_catalogue(catalogue)


def test_a_complete_catalogue_passes(catalogue: Path) -> None:
    call_command("compile_translations", check=True, stdout=StringIO())


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ('\nmsgid "Play"\nmsgstr ""\n', "not translated"),
        ('\n#, fuzzy\nmsgid "Play"\nmsgstr "播放"\n', "fuzzy"),
        (
            '\n#, python-format\nmsgid "%(n)s files"\nmsgstr "个文件"\n',
            "leaves out a placeholder",
        ),
        (
            '\n#, python-format\nmsgid "Files"\nmsgstr "%(n)s 个文件"\n',
            "names a placeholder",
        ),
    ],
)
def test_a_hole_is_named(catalogue: Path, entry: str, reason: str) -> None:
    add(catalogue, entry)
    assert reason in holes(catalogue)[0].reason
    with pytest.raises(CommandError, match="1 messages are not fit"):
        call_command("compile_translations", check=True, stderr=StringIO())


def test_a_plural_may_drop_the_number_from_one_form(catalogue: Path) -> None:
    add(
        catalogue,
        '\nmsgid "One file"\nmsgid_plural "%(n)s files"\nmsgstr[0] "%(n)s 个文件"\n',
    )
    assert holes(catalogue) == []


def test_a_broken_catalogue_is_one_sentence(catalogue: Path) -> None:
    add(catalogue, '\nmsgid "Play\n')
    with pytest.raises(CommandError, match=r"django\.po"):
        call_command("compile_translations", check=True, stderr=StringIO())


def test_every_message_of_the_source_is_in_the_catalogue(tmp_path: Path) -> None:
    """``makemessages`` on a copy finds nothing that the catalogue lacks."""
    if shutil.which("xgettext") is None:
        skip_or_fail("gettext", "gettext is not installed.")
    for name in ("portal", "accounts", "transcription", "templates", "locale"):
        shutil.copytree(
            settings.BASE_DIR / name,
            tmp_path / name,
            ignore=shutil.ignore_patterns("*.pyc", "samples", "*.mo"),
        )
    environment = {
        name: value
        for name, value in os.environ.items()
        if name != "DJANGO_SETTINGS_MODULE"
    }
    subprocess.run(
        [
            *(sys.executable, "-m", "django", "makemessages"),
            *("--locale", "zh_Hans", "--no-obsolete"),
        ],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
    )
    path = Path("locale", "zh_Hans", "LC_MESSAGES", "django.po")
    kept, found = msgids(settings.BASE_DIR / path), msgids(tmp_path / path)
    assert found - kept == set()
    assert kept - found == set(), "no longer used"
