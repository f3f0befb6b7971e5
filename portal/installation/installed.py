"""A machine with an installation, and a command that did not read its settings.

Without them a command works on a SQLite database of its own, made on the spot, and says
that all is well. deploy/shengwen.py runs commands as the service does.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal import env


def refuse_unread_settings() -> None:
    """Raise when this machine's settings concern this process and are not in its
    environment. A portal beside the installation names a data directory of its own."""
    env_file = Path(env.text("SHENGWEN_ENV_FILE", "/etc/shengwen.env"))
    if not env_file.exists():
        return
    data_dir = os.environ.get("SHENGWEN_DATA_DIR")
    said = _names_in(env_file)
    if data_dir and data_dir != said.get("SHENGWEN_DATA_DIR"):
        return
    unread = sorted(said.keys() - os.environ.keys())
    if data_dir and not unread:
        return
    missing = f" ({', '.join(unread[:3])} …)" if data_dir else ""
    raise ImproperlyConfigured(
        f"This machine's settings in {env_file} were not read{missing}. Run commands "
        "as the service does: sudo shengwen COMMAND (docs/deployment.md). A portal "
        "beside it needs a folder of its own in SHENGWEN_DATA_DIR."
    )


def _names_in(env_file: Path) -> dict[str, str]:
    """Its settings; nothing when only root may read them."""
    try:
        lines = env_file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.strip().partition("=") for line in lines)
    return {
        name.strip(): value.strip().strip("\"'")
        for name, equals, value in pairs
        if equals and name[:1] not in "#;"
    }
