"""Programs in strings, for other processes: no type checker reads them."""

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from symtable import symtable

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.once
OURS = re.compile(
    r"from ((?:accounts|portal|tests|transcription)[\w.]*) import ([\w, ]+)"
)


def imports() -> Iterator[tuple[str, str, str]]:
    """File, module and name of each import that stands in a string."""
    for folder in ("tests", "benchmarks", "portal", "transcription"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for module, names in OURS.findall(node.value):
                        for name in names.split(","):
                            where = str(path.relative_to(ROOT))
                            yield where, module, name.split(" as ")[0].strip()


@pytest.mark.parametrize(("where", "module", "name"), sorted(set(imports())))
def test_a_string_imports_what_there_is(where: str, module: str, name: str) -> None:
    spec = find_spec(module)
    assert spec and spec.origin, f"{where}: there is no {module}"
    is_there = name in names_of(Path(spec.origin))
    assert is_there or find_spec(f"{module}.{name}"), f"{where}: {module} has no {name}"


def names_of(path: Path) -> set[str]:
    """What a file binds. It is not imported: it may belong to an app that only a
    process with other settings has."""
    symbols = symtable(path.read_text("utf-8"), path.name, "exec").get_symbols()
    return {
        symbol.get_name()
        for symbol in symbols
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
    }
