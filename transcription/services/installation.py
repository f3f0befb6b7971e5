"""The installation as its hosts know it: one database, one key, one media folder.

The first host that starts writes down a fingerprint of its secret key, and puts a
marker with the installation's id into the media folder. The others compare.
"""

import socket
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from transcription.models.installation import Installation
from transcription.models.recordings import Recording
from transcription.services.media import storage
from transcription.services.media.disk.folders import share_media_file

MARKER = "installation"
_LOOKED_AT = 20


def key_fingerprint() -> str:
    """Tells keys apart and gives none away: a key has 50 random characters."""
    return salted_hmac(
        "shengwen.installation", "the secret key of every host", algorithm="sha256"
    ).hexdigest()


def begin_installation() -> Installation:
    """The database's installation; begun by this host if none did before.

    Another host that begins at the same moment waits for the end of the transaction,
    and finds the marker in place.
    """
    known = Installation.objects.first()
    if known is None:
        try:
            with transaction.atomic():
                known = Installation.objects.create(
                    key_fingerprint=key_fingerprint(), host=socket.gethostname()[:80]
                )
                write_marker(known.uuid)
        except IntegrityError:
            return Installation.objects.get()
    elif marker() is None and (is_alone() or holds_recordings()):
        write_marker(known.uuid)  # restored, moved, or from an older version
    if is_alone() and known.key_fingerprint != key_fingerprint():
        return adopt()  # a new key on the only host is the operator's business
    return known


def adopt() -> Installation:
    """This host's key and media folder are the installation's from now on."""
    known, _ = Installation.objects.update_or_create(
        is_only=True,
        defaults={
            "key_fingerprint": key_fingerprint(),
            "host": socket.gethostname()[:80],
            "begun_at": timezone.now(),
        },
    )
    write_marker(known.uuid)
    return known


def is_alone() -> bool:
    """With SQLite there is one host, and nobody to agree with."""
    return connection.vendor == "sqlite"


def marker() -> UUID | None:
    """The id in the media folder; None when there is none that can be read."""
    try:
        return UUID(marker_path().read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None


def marker_path() -> Path:
    """Where the media folder says whose it is."""
    return Path(settings.MEDIA_ROOT) / MARKER


def write_marker(uuid: UUID) -> None:
    """Say in the media folder whose it is."""
    path = marker_path()
    path.write_text(f"{uuid}\n", encoding="ascii")
    share_media_file(path)


def holds_recordings() -> bool:
    """Whether a recording that the database knows lies in this media folder."""
    newest = Recording.objects.order_by("-pk")[:_LOOKED_AT]
    return any(storage.is_there(recording.file) for recording in newest)
