"""The installation's own secret key, made once and kept out of the repository."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key
from django.utils.crypto import salted_hmac


def public_name(secret_key: str) -> str:
    """A word that is the same on every host with this key, and tells nothing of it."""
    return salted_hmac("shengwen.installation", "name", secret=secret_key).hexdigest()[
        :8
    ]


def load_or_create_secret_key(data_dir: Path) -> str:
    """The key in ``data_dir/secret_key``; made on first use, for its owner only.

    Two processes may start at once: whoever creates the file first wins, the other
    reads what was written.
    """
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"secret_key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key(), encoding="utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            return path.read_text(encoding="utf-8").strip()
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()
