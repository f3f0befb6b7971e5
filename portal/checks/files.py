"""System checks of files and folders: who can write them, and who can read them."""

import grp
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from portal.installation import data_folder

Apps = Sequence[AppConfig] | None
NAMED_AT_MOST = 5


@register(Tags.files)
def check_media_folders(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Uploads arrive in one folder and are kept in another by a rename."""
    found: list[CheckMessage] = []
    folders = [Path(settings.MEDIA_ROOT), Path(settings.FILE_UPLOAD_TEMP_DIR)]
    existing = [_nearest(folder) for folder in folders]
    for folder, near in zip(folders, existing, strict=True):
        if not os.access(near, os.R_OK | os.W_OK | os.X_OK):
            found.append(
                Error(
                    f"{folder} cannot be read and written by this user.",
                    hint="Change its owner, or choose another SHENGWEN_DATA_DIR.",
                    id="shengwen.E004",
                )
            )
    if len({near.stat().st_dev for near in existing}) > 1:
        found.append(
            Error(
                f"{folders[0]} and {folders[1]} are on different disks.",
                hint="An upload is kept by renaming it; put both on one disk.",
                id="shengwen.E005",
            )
        )
    return found


@register(Tags.security)
def check_media_group(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """nginx sends the media only if its workers can read them."""
    group = settings.MEDIA_GROUP
    if group is None:
        if not settings.SENDFILE_NGINX:
            return []
        return [
            Error(
                "SHENGWEN_X_ACCEL is on and SHENGWEN_MEDIA_GROUP is not set: nginx "
                "would answer 403 to every recording.",
                hint="Name the group of nginx's workers: SHENGWEN_MEDIA_GROUP=www-data",
                id="shengwen.E008",
            )
        ]
    if os.geteuid() == 0 or group in {os.getegid(), *os.getgroups()}:
        return []
    name = grp.getgrgid(group).gr_name
    return [
        Error(
            f"This user is not in the group {name} of SHENGWEN_MEDIA_GROUP, and can "
            "give it no recordings.",
            hint=f"usermod --append --groups {name} USER, then start the portal anew.",
            id="shengwen.E009",
        )
    ]


@register(Tags.security)
def check_privacy_of_files(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """What others on this machine may read. ``serve`` and ``prepare`` close it; what
    is left belongs to somebody else, or lies on a disk without modes."""
    faults = list(
        data_folder.faults(
            settings.DATA_DIR, Path(settings.MEDIA_ROOT), settings.MEDIA_GROUP
        )
    )
    return [
        Warning(
            f"{fault.path} has mode {fault.mode:04o}; others may read it, or those who "
            "should cannot.",
            hint=fault.command(),
            id="shengwen.W004",
        )
        for fault in faults[:NAMED_AT_MOST]
    ]


def _nearest(folder: Path) -> Path:
    """It, or the nearest folder above it that is there as far as this user can see."""
    while not os.path.exists(folder):
        folder = folder.parent
    return folder
