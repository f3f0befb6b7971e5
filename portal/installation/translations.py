"""Compiling the message catalogues and looking for holes in them, without gettext on
the machine: Babel reads and writes the same files."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po


class TranslationError(Exception):
    """A catalogue that cannot be compiled, named in one sentence."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A message that readers of this language would see in English, or wrongly."""

    path: Path
    msgid: str
    reason: str


def catalogue_paths(locale_dirs: Iterable[str | Path]) -> list[Path]:
    """Every ``.po`` file of the project."""
    return sorted(
        path
        for locale_dir in locale_dirs
        for path in Path(locale_dir).glob("*/LC_MESSAGES/*.po")
    )


def read_catalogue(path: Path) -> Catalog:
    """The parsed file; the locale's name is the folder's (``zh_Hans``)."""
    try:
        with path.open("rb") as source:
            return read_po(source, locale=path.parts[-3], abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise TranslationError(f"{path}: {error}") from error


def compile_catalogue(path: Path) -> bool:
    """Write the ``.mo`` beside the ``.po`` unless it is newer; True if it was written.

    Written under another name first: a running portal may be reading the old one.
    """
    target = path.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
        return False
    draft = path.with_suffix(".mo.draft")
    with draft.open("wb") as output:
        write_mo(output, read_catalogue(path))
    draft.chmod(0o644)  # code, which root may have installed for another user
    draft.replace(target)
    return True


def texts(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """A message's texts: one, or one per plural form."""
    if value is None:
        return [""]
    return [value] if isinstance(value, str) else list(value)


def fault_of(message: Message) -> str:
    """Why the message is not fit to be shown, or nothing."""
    if message.fuzzy:
        return "fuzzy"
    if not all(text.strip() for text in texts(message.string)):
        return "not translated"
    wanted = placeholders(texts(message.id))
    if any(placeholders([text]) - wanted for text in texts(message.string)):
        return "names a placeholder that the original does not have"
    if not any(placeholders([text]) == wanted for text in texts(message.string)):
        return "leaves out a placeholder of the original"
    return ""


def placeholders(several: list[str]) -> set[str]:
    """The names in ``%(name)s`` and ``{name}``."""
    found: set[str] = set()
    for text in several:
        for opening, closing in (("%(", ")"), ("{", "}")):
            for piece in text.split(opening)[1:]:
                name, closed, _rest = piece.partition(closing)
                if closed and name.isidentifier():
                    found.add(name)
    return found


def holes(path: Path) -> list[Hole]:
    """What is missing or doubtful in one catalogue."""
    return [
        Hole(path, texts(message.id)[0], fault)
        for message in read_catalogue(path)
        if message.id and (fault := fault_of(message))
    ]
