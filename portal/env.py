"""Typed readers of the environment.

Every reader refuses an odd value with a sentence that names the variable, so that a
typing error stops the portal at start and not at three in the morning. A secret may be
given as ``NAME`` or, for container and systemd secrets, as ``NAME_FILE`` (a path).
"""

import grp
import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from transcription.engine.service_address import ServiceAddress

# The first part of every address (portal/urls.py): a prefix must be told from them.
OWN_PATHS = frozenset(
    ("accounts", "api", "d", "healthz", "platform", "preferences", "static")
)
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """The variable's text, or what the file named by ``NAME_FILE`` holds."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        if name in os.environ:
            raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: {error}") from error
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """A yes or no: 1/0, true/false, yes/no, on/off."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    word = raw.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {raw!r}.")


def integer(name: str, default: int, *, low: int = 0, high: int = 2**63) -> int:
    """A whole number between ``low`` and ``high``, both included."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} must be a whole number, not {raw!r}."
        ) from None
    if not low <= value <= high:
        raise ImproperlyConfigured(f"{name} must be {low} to {high}, not {value}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list; blanks are dropped."""
    return [w.strip() for w in text(name, default).split(",") if w.strip()]


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    """One of ``allowed``."""
    value = os.environ.get(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(
            f"{name} must be one of {', '.join(allowed)}, not {value!r}."
        )
    return value


def cookie_name(name: str, default: str) -> str:
    """The beginning of the cookies' names."""
    value = os.environ.get(name) or default
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", value):
        raise ImproperlyConfigured(
            f"{name} must be 1 to 40 letters, digits, - and _, not {value!r}."
        )
    return value


def url_prefix(name: str) -> str:
    """The path under which the portal lives, like ``/asr``; usually none."""
    value = os.environ.get(name, "").rstrip("/")
    if value and not re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", value):
        raise ImproperlyConfigured(
            f"{name} must be a path like /asr, of letters, digits, - . _ and ~, "
            f"not {value!r}."
        )
    if value.split("/")[1:2] and value.split("/")[1] in OWN_PATHS:
        raise ImproperlyConfigured(
            f"{name} must not begin with /{value.split('/')[1]}, "
            "which is an address of the portal's own."
        )
    return value


def address(name: str) -> str:
    """``http(s)://host[:port]`` of a service, or nothing."""
    value = text(name)
    if value:
        try:
            ServiceAddress.parse(value)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}.") from error
    return value


def folder(name: str, default: Path) -> Path:
    """An absolute directory path (it need not exist yet)."""
    path = Path(os.environ.get(name, default)).expanduser()
    return path if path.is_absolute() else Path.cwd() / path


def group(name: str) -> int | None:
    """The number of a group of this machine, given by its name; None when unset."""
    value = os.environ.get(name, "")
    if not value:
        return None
    try:
        return grp.getgrnam(value).gr_gid
    except KeyError:
        raise ImproperlyConfigured(
            f"{name} names the group {value!r}, and this machine has none of that name."
        ) from None
