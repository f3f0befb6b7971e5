"""Copies the browser libraries from node_modules into static/vendor."""

import filecmp
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

# What pages load, and where the package keeps it.
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "wavesurfer.esm.js": "wavesurfer.js/dist/wavesurfer.esm.js",
    "idb.esm.js": "idb/build/index.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "idb.LICENSE.txt": "idb/LICENSE",
    "wavesurfer.LICENSE.txt": "wavesurfer.js/LICENSE",
}


class Command(BaseCommand):
    help = "Copy the browser libraries of package.json to static/vendor/."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        source = Path(settings.BASE_DIR) / "node_modules"
        target = Path(settings.BASE_DIR) / "static" / "vendor"
        missing = [path for path in FILES.values() if not (source / path).is_file()]
        if missing:
            raise CommandError(
                f"Not in node_modules: {', '.join(missing)}. "
                "Run `npm ci --ignore-scripts` first."
            )
        if not target.is_dir():
            target.mkdir(parents=True)
            target.chmod(0o755)  # code, which root may have installed for another user
        for name, path in FILES.items():
            copy_if_different(source / path, target / name)
        if options["verbosity"]:
            self.stdout.write(f"Browser libraries: {len(FILES)} files in {target}.")


def copy_if_different(source: Path, target: Path) -> None:
    """An unchanged file keeps its time, so that nothing is collected anew."""
    if not target.exists() or not filecmp.cmp(source, target, shallow=False):
        shutil.copyfile(source, target)
        target.chmod(0o644)
