"""A call recorder that drops files into a department's folder, and a watcher of it."""

from pathlib import Path

from tests.transcription.recordings.importing.archives import sound
from transcription.services.watching.looking import Watcher

QUIET = 10


class Recorder:
    """``look`` lets time pass: what lies there has been quiet for long enough then."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder, self.now = root, root / "sales", 0.0
        self.folder.mkdir(parents=True)
        self.watcher = self.another("one")
        self.rule()

    def another(self, name: str) -> Watcher:
        """A watcher of the same folders, by the same clock."""
        return Watcher(self.root, name, clock=lambda: self.now)

    def rule(self, *lines: str, uploader: str = "alice") -> None:
        text = "\n".join([f'uploader = "{uploader}"', *lines])
        (self.root / "sales.toml").write_text(text, encoding="utf-8")

    def drop(self, path: str, content: bytes | None = None) -> Path:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(sound(len(path)) if content is None else content)
        return target

    def look(self, seconds: float = QUIET) -> None:
        self.watcher.look()
        self.now += seconds
        self.watcher.look()

    @property
    def left(self) -> list[str]:
        """What lies in the folder and is neither done nor failed."""
        return [
            path for path in self.files() if not path.startswith(("done/", "failed/"))
        ]

    def files(self, below: str = ".") -> list[str]:
        return sorted(
            path.relative_to(self.folder).as_posix()
            for path in (self.folder / below).rglob("*")
            if not path.is_dir()
        )

    def done(self) -> list[str]:
        """Without the day."""
        return [path.split("/", 2)[2] for path in self.files("done")]

    def why(self, path: str) -> str:
        return (self.folder / "failed" / f"{path}.txt").read_text("utf-8-sig")
