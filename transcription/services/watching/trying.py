"""How the rules understand what lies in the folders, for who writes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.departments import Department
from accounts.services.refusal import Refused
from transcription.models.recordings import Direction
from transcription.services.watching.inbox import Found, Inbox
from transcription.services.watching.looking import (
    RULE_ENDING,
    rule_path,
    slugs_below,
    uploader_of,
)
from transcription.services.watching.rules import Rule, read_rule
from transcription.services.watching.sayings import Held
from transcription.services.watching.taking import sidecar_told
from transcription.services.watching.telling import is_sidecar, sidecar_of, told_of

SHOWN_FILES: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of a rule or a file."""

    text: str
    is_wrong: bool = False


def try_rules(root: Path) -> Iterator[Line]:
    """A line for each rule, and for the first files of its folder. Raises ``OSError``
    where the folder of all of them cannot be read."""
    slugs = slugs_below(root)
    for folder in sorted(path.name for path in root.iterdir() if path.is_dir()):
        if folder not in slugs:
            said = {"folder": folder, "rule": folder + RULE_ENDING}
            yield _wrong(_("%(folder)s: there is no rule %(rule)s.") % said)
    for slug in slugs:
        yield from _try_rule(root, slug)


def _try_rule(root: Path, slug: str) -> Iterator[Line]:
    say = partial(_line, slug)
    department = Department.objects.filter(slug=slug, is_active=True).first()
    if department is None:
        yield _wrong(say(_("There is no such department.")))
        return
    try:
        rule = read_rule(rule_path(root, slug))
        uploader = uploader_of(department, rule)
        with Inbox(root / slug) as inbox:
            files = inbox.list().files
            yield Line(say(_("in the name of %(user)s") % {"user": uploader.user}))
            sounds = (one for path, one in files.items() if not is_sidecar(path))
            for found in islice(sounds, SHOWN_FILES):
                yield _try_file(inbox, rule, found, sidecar_of(found.path, files))
    except Refused as refused:
        yield _wrong(say(refused.sentence))
    except Held as held:
        yield _wrong(say(held.reason()))
    except OSError as error:
        yield _wrong(say(f"{error.filename}: {error.strerror}"))


def _try_file(inbox: Inbox, rule: Rule, found: Found, sidecar: str) -> Line:
    said, broken = sidecar_told(inbox, rule, sidecar)
    told = told_of(found.name, said, rule)
    reasons = [*broken, *told.wrong]
    if reasons:
        return _wrong(_line(found.path, " ".join(reason() for reason in reasons)))
    details, parts = told.details, [sidecar]
    if details.recorded_at:
        local = timezone.localtime(details.recorded_at, rule.zone)
        parts.append(f"{local:%Y-%m-%d %H:%M:%S}")
    if details.direction:
        parts.append(str(Direction(details.direction).label))
    parts += [details.phone_number, details.agent, details.title, *details.tags]
    return Line(_line(found.path, " · ".join(filter(None, parts))))


def _wrong(text: str) -> Line:
    return Line(text, is_wrong=True)


def _line(name: str, text: str) -> str:
    return _("%(name)s: %(text)s") % {"name": name, "text": text}
