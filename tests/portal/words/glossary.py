"""The tables of docs/glossary.md."""

from tests.portal.test_documentation import ROOT


def read_glossary() -> str:
    return (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def rows_of(text: str) -> list[list[str]]:
    """The cells of each line of the tables, without their heads."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| ") and not line.startswith(("| Word ", "| Not "))
    ]


def words_not_to_use() -> list[str]:
    _, table = read_glossary().split("\n## Not these words")
    return [row[0] for row in rows_of(table)]
