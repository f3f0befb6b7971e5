"""What an archive holds, for tests."""

import csv
import io
from pathlib import Path
from zipfile import ZipFile

from django.core.files.storage import default_storage

from transcription.models.exports import RecordingExport
from transcription.models.runs import JobState
from transcription.services.recordings.exporting.packing import run_export


def packed(run: RecordingExport) -> RecordingExport:
    """As a worker leaves it."""
    assert run_export(run.pk)
    run.refresh_from_db()
    assert run.state == JobState.SUCCEEDED, (run.state, run.error_detail)
    return run


def path_of(run: RecordingExport) -> Path:
    return Path(default_storage.path(run.archive))


def files_of(run: RecordingExport) -> dict[str, bytes]:
    """By their names, each of them whole."""
    with ZipFile(path_of(run)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
        return {name: archive.read(name) for name in names}


def contents_of(run: RecordingExport) -> list[dict[str, str]]:
    text = files_of(run)["contents.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
