#!/usr/bin/python3
"""``shengwen COMMAND …``: a command of manage.py, as the service would run it.

The same user, the same settings: without them a command would quietly work on a SQLite
database of its own in the code's folder. Install it once:

    ln -s /opt/shengwen/deploy/shengwen.py /usr/local/bin/shengwen

Root starts it and it becomes the user that owns the data directory; it runs on the
system's Python and imports nothing of ours before that.
"""

import os
import pwd
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

ENV_FILE = Path(os.environ.get("SHENGWEN_ENV_FILE", "/etc/shengwen.env"))
HOME = Path(__file__).resolve().parent.parent
KEPT = (
    *("PATH", "TERM", "LANG", "LC_ALL", "COLUMNS", "LINES"),
    *("TARGET_DATABASE_URL", "TARGET_DATABASE_URL_FILE"),  # of move-to-postgresql
    "DJANGO_SUPERUSER_PASSWORD",  # of createsuperuser --noinput
)


class Refusal(Exception):
    """One sentence for the person at the terminal."""


def read_settings(lines: Iterable[str]) -> dict[str, str]:
    """What systemd reads from an EnvironmentFile: NAME=value, quoted or not."""
    settings = {}
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise Refusal(f"{ENV_FILE}, line {number}: NAME=value is expected.")
        value = value.strip()
        if value[:1] in {'"', "'"}:
            try:
                (value,) = shlex.split(value)
            except ValueError:
                raise Refusal(
                    f"{ENV_FILE}, line {number}: the quotes do not match."
                ) from None
        settings[name.strip()] = value
    return settings


def become_owner(data_dir: Path) -> None:
    """The data directory's owner is the service's user."""
    try:
        owner = pwd.getpwuid(data_dir.stat().st_uid)
    except (OSError, KeyError):
        raise Refusal(
            f"The data directory {data_dir} is not there, or nobody owns it. "
            "docs/deployment.md says how it is made."
        ) from None
    if os.geteuid() == owner.pw_uid:
        return
    if os.geteuid() != 0:
        raise Refusal(f"Run it as root or as {owner.pw_name}: sudo shengwen …")
    os.initgroups(owner.pw_name, owner.pw_gid)
    os.setgid(owner.pw_gid)
    os.setuid(owner.pw_uid)


def main() -> int:
    """Never returns when all is well: the command takes this process over."""
    try:
        with ENV_FILE.open(encoding="utf-8") as lines:
            settings = read_settings(lines)
        if "SHENGWEN_DATA_DIR" not in settings:
            raise Refusal(f"{ENV_FILE} must name SHENGWEN_DATA_DIR.")
        become_owner(Path(settings["SHENGWEN_DATA_DIR"]))
    except OSError as error:
        sys.stderr.write(
            f"shengwen: {ENV_FILE}: {error.strerror}. Run it as root: sudo shengwen …\n"
        )
        return 1
    except Refusal as refusal:
        sys.stderr.write(f"shengwen: {refusal}\n")
        return 1
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"HOME": settings["SHENGWEN_DATA_DIR"], **settings}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # the code is root's
    # Files are named from where the person is, code from where it lies.
    python = str(HOME / ".venv" / "bin" / "python")
    command = [python, str(HOME / "manage.py"), *sys.argv[1:]]
    os.umask(0o077)
    os.execve(python, command, environment)


if __name__ == "__main__":
    sys.exit(main())
