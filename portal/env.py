"""Typed readers of the environment.

Every reader refuses an odd value with a sentence that names the variable, so that a
typing error stops the portal at start and not at three in the morning. A secret may be
given as ``NAME`` or, for container and systemd secrets, as ``NAME_FILE`` (a path).

What a reader has asked for is remembered, so that ``refuse_unknown`` can tell a name
with a typing error from one that counts.
"""

import grp
import os
import re
from collections.abc import Callable
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

from transcription.engine.vllm.address import ServiceAddress

# The first part of every address (portal/urls.py): a prefix must be told from them.
OWN_PATHS = frozenset(
    (
        *("accounts", "api", "d", "healthz", "help"),
        *("platform", "preferences", "static", "v1"),
    )
)
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}
_PREFIX = "SHENGWEN_"
# Read by others than the settings: the installer, and the supervisor's mark.
_READ_ELSEWHERE = {"SHENGWEN_TORCH_INDEX", "SHENGWEN_SUPERVISED"}
_OF_TESTS = "SHENGWEN_TEST_"
# As django-rest-framework counts: its parser looks at the period's first letter alone.
_RATE = re.compile(r"[1-9][0-9]{0,8}/(s|sec|second|m|min|minute|h|hour|d|day)")

_known: set[str] = set()


def _raw(name: str) -> str | None:
    """The one door to the environment."""
    _known.add(name)
    return os.environ.get(name)


def refuse_unknown() -> None:
    """Call it when everything has been read. ``SHENGWEN_IDEL_TIMEOUT_MINUTES`` would
    otherwise be taken for "leave the default", for years."""
    for name in sorted(os.environ):
        is_ours = name.startswith(_PREFIX) and not name.startswith(_OF_TESTS)
        if not is_ours or name in _known | _READ_ELSEWHERE:
            continue
        near = get_close_matches(name, sorted(_known), n=1, cutoff=0.8)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise ImproperlyConfigured(
            f"There is no setting {name}.{meant} docs/deployment.md lists them all."
        )


def text(name: str, default: str = "") -> str:
    """The variable's text, or what the file named by ``NAME_FILE`` holds."""
    value, path = _raw(name), _raw(f"{name}_FILE")
    if path:
        if value is not None:
            raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: {error}") from error
    return default if value is None else value


def flag(name: str, default: bool = False) -> bool:
    """A yes or no: 1/0, true/false, yes/no, on/off."""
    raw = _raw(name)
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
    raw = _raw(name)
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
    raw = _raw(name)
    value = default if raw is None else raw
    if value not in allowed:
        raise ImproperlyConfigured(
            f"{name} must be one of {', '.join(allowed)}, not {value!r}."
        )
    return value


def cookie_name(name: str, default: str) -> str:
    """The beginning of the cookies' names."""
    value = _raw(name) or default
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", value):
        raise ImproperlyConfigured(
            f"{name} must be 1 to 40 letters, digits, - and _, not {value!r}."
        )
    return value


def url_prefix(name: str) -> str:
    """The path under which the portal lives, like ``/asr``; usually none."""
    value = (_raw(name) or "").rstrip("/")
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
    raw = _raw(name)
    path = Path(default if raw is None else raw).expanduser()
    return path if path.is_absolute() else Path.cwd() / path


def optional_folder(name: str) -> Path | None:
    """An absolute directory path; None when unset."""
    return folder(name, Path()) if _raw(name) else None


def group(name: str) -> int | None:
    """The number of a group of this machine, given by its name; None when unset."""
    value = _raw(name) or ""
    if not value:
        return None
    try:
        return grp.getgrnam(value).gr_gid
    except KeyError:
        raise ImproperlyConfigured(
            f"{name} names the group {value!r}, and this machine has none of that name."
        ) from None


def rate(name: str, default: str) -> str:
    """So many calls in a period: ``600/min``."""
    value = text(name, default)
    if not _RATE.fullmatch(value):
        raise ImproperlyConfigured(
            f"{name} must be like 600/min (a period of s, min, h or d), not {value!r}."
        )
    return value


def hosts(name: str, default: str) -> list[str]:
    """Names or addresses of hosts, without scheme, port or path."""
    return _each(name, words(name, default), _is_host, "a host name")


def origins(name: str) -> list[str]:
    """``http(s)://host[:port]`` each, as browsers name where a form comes from."""
    return _each(name, words(name), _is_origin, "an origin like https://portal.cn")


def networks(name: str) -> list[str]:
    """IP addresses or networks (``10.0.0.0/8``)."""
    return _each(name, words(name), _is_network, "an IP address or network")


def _each(
    name: str, values: list[str], fits: Callable[[str], bool], what: str
) -> list[str]:
    for value in values:
        if not fits(value):
            raise ImproperlyConfigured(f"{name}: {value!r} is not {what}.")
    return values


def _is_host(value: str) -> bool:
    return bool(re.fullmatch(r"\*|\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+", value))


def _is_origin(value: str) -> bool:
    return bool(re.fullmatch(r"https?://[^\s/?#]+", value))


def _is_network(value: str) -> bool:
    try:
        ip_network(value)
    except ValueError:
        return False
    return True


def redis_url(name: str) -> str:
    """The broker's address, or nothing."""
    value = text(name)
    if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        # The value may hold a password.
        raise ImproperlyConfigured(f"{name} must begin with redis:// or rediss://.")
    return value


def time_zone(name: str, default: str) -> str:
    """A name of the time zone database."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):  # an odd path, a folder, an unknown name
        raise ImproperlyConfigured(
            f"{name} must be a time zone like Asia/Shanghai, not {value!r}."
        ) from None
    return value
