"""What is taken in, what is refused, and that a refusal leaves nothing behind."""

import hashlib
from pathlib import Path

import pytest
from django.db import DatabaseError
from django_q.models import OrmQ
from pytest_django import Settings

from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.refusal import Refused
from tests.people import membership
from tests.transcription.conftest import Upload, sound, uploaded
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording, Tag
from transcription.services.media.uploads import HashingUploadHandler, hashed_copy
from transcription.services.recordings import keeping
from transcription.services.recordings.keeping import (
    CallDetails,
    Uploaded,
    UploadOptions,
    nothing_is_the_same,
    upload_recording,
)

pytestmark = pytest.mark.django_db


def files_under(folder: str | Path) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def test_the_file_is_kept_byte_for_byte_with_its_digest(
    alice: User, upload: Upload, settings: Settings
) -> None:
    content = sound()
    recording = upload(alice, content).recording
    assert recording.sha256 == hashlib.sha256(content).hexdigest()
    assert recording.size_bytes == len(content)
    with recording.file.open("rb") as file:
        assert file.read() == content
    path = Path(recording.file.path)
    assert path.stat().st_mode & 0o777 == settings.FILE_UPLOAD_PERMISSIONS
    assert files_under(settings.MEDIA_ROOT) == [path]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "unsupported_format"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\nhttp://10.0.0.1/a.ts\n", "unsupported_format"),
    ],
)
def test_a_file_that_is_no_recording_gets_a_sentence(
    alice: User, upload: Upload, settings: Settings, content: bytes, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        upload(alice, content)
    assert refused.value.code == code
    assert refused.value.sentence
    assert not files_under(settings.MEDIA_ROOT)
    assert not Recording.objects.exists()


def test_a_file_over_the_limit_is_counted_and_dropped(
    alice: User, upload: Upload, settings: Settings
) -> None:
    settings.UPLOAD_MAX_BYTES = 10_000
    file = uploaded(sound(1))
    assert Path(file.temporary_file_path()).stat().st_size <= 10_000
    with pytest.raises(Refused) as refused:
        upload(alice, file=file)
    assert refused.value.code == "too_large"
    assert not files_under(settings.MEDIA_ROOT)


def test_a_full_disk_is_said_before_anything_is_kept(
    alice: User, upload: Upload, settings: Settings
) -> None:
    settings.DISK_RESERVE_BYTES = 2**60
    with pytest.raises(Refused) as refused:
        upload(alice)
    assert refused.value.code == "disk_full"


def test_when_the_row_fails_the_file_goes(
    alice: User,
    upload: Upload,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(**kwargs: object) -> None:
        raise DatabaseError("no")

    monkeypatch.setattr(keeping, "order_job", fail)
    with pytest.raises(DatabaseError):
        upload(alice)
    assert not Recording.objects.exists()
    assert not OrmQ.objects.exists()
    assert not files_under(settings.MEDIA_ROOT)
    assert not list((Path(settings.MEDIA_ROOT) / "recordings").rglob("original"))


def test_when_the_file_fails_there_is_no_row(
    alice: User, upload: Upload, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("transcription.services.media.uploads.os.replace", fail)
    with pytest.raises(Refused) as refused:
        upload(alice)
    assert refused.value.code == "disk_full"
    assert not Recording.objects.exists()
    assert not files_under(settings.MEDIA_ROOT)


def test_the_same_file_again_offers_the_one_that_is_there(
    alice: User, bob: User, charlie: User, upload: Upload, settings: Settings
) -> None:
    first = upload(alice)
    again = upload(bob)
    assert again.is_duplicate
    assert (again.recording, again.job) == (first.recording, first.job)
    assert TranscriptionJob.objects.count() == 1
    assert len(files_under(settings.MEDIA_ROOT)) == 1
    assert not upload(bob, find_existing=nothing_is_the_same).is_duplicate
    assert not upload(charlie).is_duplicate  # another department knows nothing of it


def test_of_two_uploads_at_the_same_moment_one_is_kept(
    alice: User, bob: User, upload: Upload, settings: Settings
) -> None:
    first: list[Uploaded] = []
    answers: list[TranscriptionJob | None] = [None]

    def find() -> TranscriptionJob | None:
        if answers:
            return answers.pop()  # nothing yet, and then somebody is quicker
        first.append(upload(bob))
        return first[0].job

    again = upload(alice, find_existing=find)
    assert again.is_duplicate
    assert again.job == first[0].job
    assert Recording.objects.count() == 1
    assert len(files_under(settings.MEDIA_ROOT)) == 1


def test_a_trashed_copy_does_not_count_as_the_same_file(
    alice: User, upload: Upload
) -> None:
    first = upload(alice)
    Recording.objects.filter(pk=first.recording.pk).update(
        deleted_at=first.recording.created_at
    )
    assert not upload(alice).is_duplicate


def test_names_and_details_are_made_fit_for_the_database(
    alice: User, upload: Upload
) -> None:
    details = CallDetails(
        title="a\0b\u202egpj.exe\n  c" + "长" * 300,
        agent="\ud800x" * 60,
        direction="sideways",
        tags=("投诉", " 投诉 ", "", "x" * 90),
    )
    recording = upload(alice, name="x" * 300 + ".wav", details=details).recording
    recording.refresh_from_db()
    assert recording.title.startswith("abgpj.exe c长")
    assert len(recording.title) == 200
    assert recording.direction == ""
    assert {tag.name for tag in recording.tags.all()} == {"投诉", "x" * 32}
    assert Tag.objects.filter(department=recording.department).count() == 2


def test_an_unknown_language_is_refused(alice: User, upload: Upload) -> None:
    with pytest.raises(Refused) as refused:
        upload(alice, options=UploadOptions(language="tlh", use_itn=True))
    assert refused.value.code == "language_unknown"


def test_long_files_go_to_the_batch_queue(
    alice: User, upload: Upload, settings: Settings
) -> None:
    settings.INTERACTIVE_MAX_BYTES = 20_000
    assert upload(alice, sound(0.5)).job.queue == "interactive"
    assert upload(alice, sound(1)).job.queue == "batch"
    assert upload(alice, sound(2), queue="interactive").job.queue == "interactive"


def test_a_broken_off_upload_leaves_no_file(settings: Settings) -> None:
    handler = HashingUploadHandler()
    handler.new_file("audio", "call.wav", "audio/wav", 100)
    handler.receive_data_chunk(b"RIFF", 0)
    assert files_under(settings.MEDIA_ROOT)
    handler.upload_interrupted()
    assert not files_under(settings.MEDIA_ROOT)


def test_a_file_of_the_server_can_be_uploaded(
    alice: User, tmp_path: Path, upload: Upload
) -> None:
    source = tmp_path / "call.wav"
    source.write_bytes(sound())
    done = upload_recording(
        membership=membership(alice),
        origin=SYSTEM,
        file=hashed_copy(source),
        options=UploadOptions("zh", True),
        details=CallDetails(),
    )
    assert done.recording.original_name == "call.wav"
    assert source.exists()
