"""What the documents promise about names is true."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\b(?:SHENGWEN_[A-Z_]+|DATABASE_URL|REDIS_URL)\b")
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
