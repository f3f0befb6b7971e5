"""What the documents promise about names is true."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\b(?:SHENGWEN_[A-Z_]+|DATABASE_URL|REDIS_URL)\b")
FILE = re.compile(r"`([\w/]+\.py)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)[^)]*\)")
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("requirements/*.md"),
]


def test_every_variable_that_settings_read_is_in_the_table() -> None:
    read = set(VARIABLE.findall((ROOT / "portal" / "settings.py").read_text("utf-8")))
    table = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    assert read - set(VARIABLE.findall(table)) == set()


def test_the_table_names_no_variable_that_nobody_reads() -> None:
    table = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    rows = set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))
    read = set(VARIABLE.findall((ROOT / "portal" / "settings.py").read_text("utf-8")))
    assert rows - read == set()


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{document.name}: {target}"
        for document in DOCUMENTS
        for target in LINK.findall(document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_files_that_documents_name_are_where_they_say() -> None:
    folders = ("accounts", "benchmarks", "deploy", "portal", "tests", "transcription")
    known = [str(path) for name in folders for path in (ROOT / name).rglob("*.py")]
    known.append(str(ROOT / "manage.py"))
    gone = [
        f"{document.name}: {name}"
        for document in ROOT.glob("docs/**/*.md")
        for name in FILE.findall(document.read_text("utf-8"))
        if not any(path.endswith(f"/{name}") for path in known)
    ]
    assert gone == []
