"""Small archives: real sound in folders, and lists of it."""

import csv
import io
import struct
import wave
import zlib
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from accounts.models.members import Membership
from accounts.services.audit.writing import Origin
from transcription.models.imports import ArchiveImport, ImportLine
from transcription.services.recordings.importing.beginning import (
    Manner,
    begin_with_list,
    start,
)
from transcription.services.recordings.importing.folders import Folder
from transcription.services.recordings.importing.running import Place, import_files

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEADER = ("文件", "标题", "坐席", "号码", "方向", "通话时间", "标签")


def sound(seed: int = 0) -> bytes:
    """A tenth of a second that no other seed makes."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(struct.pack("<hh", seed, seed // 7) * 400)
    return buffer.getvalue()


def put(root: Path, *paths: str) -> None:
    """A recording of its own at each place."""
    for path in paths:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(sound(zlib.crc32(path.encode()) % 2**15))


def write_list(
    path: Path,
    rows: Sequence[Sequence[str]],
    header: Sequence[str] = HEADER,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])
    return path


def begun(member: Membership, path: Path, **over: object) -> ArchiveImport:
    """The import of the list, started."""
    manner = Manner(zone=SHANGHAI, language="zh", **over)  # type: ignore[arg-type]
    found, _is_new = begin_with_list(
        membership=member, path=path, name=path.name, manner=manner
    )
    start(archive_import=found)
    return found


def run(found: ArchiveImport, member: Membership, folder: Path) -> list[str]:
    """Import what waits; the states of all lines."""
    place = Place(member, Origin(user=member.user), Folder(folder))
    import_files(archive_import=found, place=place, tell=lambda line: None)
    return states(found)


def states(found: ArchiveImport) -> list[str]:
    return list(found.lines.order_by("number").values_list("state", flat=True))


def line(found: ArchiveImport, number: int) -> ImportLine:
    return found.lines.select_related("archive_import__department").get(number=number)
