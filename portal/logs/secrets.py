"""Log lines without what opens a door: one formatter for every handler.

The pages keep secrets out of their own addresses; this is for what remains: a link that
is opened, a library that logs a header, the traceback of an error beside one.
"""

import logging
import re

# What stays is the first group, so that a line still says what it was about.
_SECRETS = re.compile(
    r"(invitation(?:/|%2F))[^/\s\"'?&#%]+"  # the link of an invitation
    r"|(swk_)[\w-]+"  # an API token
    # A one-time password: four groups of four, without 0 O 1 l I (secret_text.py).
    r"|(?<![\w-])[2-9A-HJ-NP-Za-km-z]{4}(?:-[2-9A-HJ-NP-Za-km-z]{4}){3}(?![\w-])"
    r"|(DETAIL: )[^\n]+"  # PostgreSQL's, which quotes the row: titles, names
    # A cookie, a form's field or its name in a printed dictionary. Nothing here begins
    # with a repetition: an address may be long, and would be searched again and again.
    r"|((?:session(?:id)?|csrf(?:middleware)?token|password\d?)(?:=|['\"]\s*:\s*))"
    r"[^\s;,&}]+",
    re.IGNORECASE,
)


def scrub(text: str) -> str:
    """The text with every secret replaced by ``…``."""
    return _SECRETS.sub(lambda found: "".join(found.groups("")) + "…", text)


class ScrubbingFormatter(logging.Formatter):
    """Formats as usual, tracebacks included, then takes the secrets out."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))
