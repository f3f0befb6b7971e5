"""MP4 files as no encoder writes them: atoms are taken apart and put together."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Tree = list[list[Any]]
_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"}
_TABLE = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


def edit_list(*entries: tuple[int, int], rate: int = 1 << 16) -> bytes:
    """Of (duration in ticks of the movie, beginning in ticks of the track)."""
    body = b"".join(struct.pack(">IiI", *entry, rate) for entry in entries)
    return struct.pack(">II", 0, len(entries)) + body


def runs(*entries: tuple[int, int], shape: str = ">II") -> bytes:
    """A table of (how many, what): ``stts`` and ``ctts``."""
    body = b"".join(struct.pack(shape, *entry) for entry in entries)
    return struct.pack(">II", 0, len(entries)) + body


def with_edits(path: Path, body: bytes) -> None:
    _change(path, (b"moov", b"trak"), b"edts", [[b"elst", body]])


def with_table(path: Path, name: bytes, body: bytes) -> None:
    _change(path, _TABLE, name, body)


def packet_count(path: Path) -> int:
    sizes = _get(_parsed(path.read_bytes()), (*_TABLE, b"stsz"))
    return int.from_bytes(sizes[8:12], "big")


def _change(path: Path, way: Sequence[bytes], name: bytes, body: Any) -> None:
    tree = _parsed(path.read_bytes())
    place: Tree = _get(tree, way)
    place[:] = [atom for atom in place if atom[0] != name] + [[name, body]]
    content = _built(tree)
    chunks = _get(tree, (*_TABLE, b"stco"))  # the sound may have moved
    count = int.from_bytes(chunks[4:8], "big")
    offsets = struct.unpack(f">{count}I", chunks[8:])
    moved = content.index(b"mdat") + 4 - offsets[0]
    table: Tree = _get(tree, _TABLE)
    for atom in table:
        if atom[0] == b"stco":
            new = (offset + moved for offset in offsets)
            atom[1] = chunks[:8] + struct.pack(f">{count}I", *new)
    path.write_bytes(_built(tree))


def _get(tree: Any, way: Sequence[bytes]) -> Any:
    for name in way:
        tree = next(body for atom, body in tree if atom == name)
    return tree


def _parsed(content: bytes) -> Tree:
    atoms: Tree = []
    at = 0
    while at < len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + size]
        atoms.append([name, _parsed(body) if name in _CONTAINERS else body])
        at += size
    return atoms


def _built(tree: Tree) -> bytes:
    parts = []
    for name, inner in tree:
        body = _built(inner) if isinstance(inner, list) else inner
        parts.append(struct.pack(">I4s", len(body) + 8, name) + body)
    return b"".join(parts)
