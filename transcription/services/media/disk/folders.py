"""Folders and files of media: the owner's, and nginx's group's where there is one.

``portal.installation.data_folder`` says which modes those are and mends older ones.
"""

import os
from pathlib import Path

from django.conf import settings


def make_media_folder(folder: Path) -> None:
    """The folder and what is missing above it, inside the media folder."""
    if folder.is_dir():
        return
    if folder != Path(settings.MEDIA_ROOT) and folder.parent != folder:
        make_media_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _share(folder, settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS or 0o700)


def share_media_file(path: Path) -> None:
    """A file that was private while it was written gets the media's mode."""
    _share(path, settings.FILE_UPLOAD_PERMISSIONS or 0o600)


def _share(path: Path, mode: int) -> None:
    if settings.MEDIA_GROUP is not None:
        os.chown(path, -1, settings.MEDIA_GROUP)
    path.chmod(mode)
