"""Fills the tables for ``benchmarks.search`` faster than the ORM would."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import chain, islice
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from benchmarks.search.corpus import (
    SEGMENTS_PER_RECORDING,
    SHARES,
    corpus,
    department_of,
)
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording, Tag
from transcription.models.runs import JobState
from transcription.models.transcripts import Segment, Speaker, Transcript

_COLUMNS = (
    'transcript_id, department_id, "index", speaker_id, channel, start_ms, end_ms, '
    "text_raw, text_machine, text, words, itn_map, hotwords, flags, timing_source"
)


def fill(segments: int) -> list[Membership]:
    """Departments, recordings, transcripts, segments; one member of each department."""
    members = [_department(number) for number in range(len(SHARES))]
    recordings = -(-segments // SEGMENTS_PER_RECORDING)
    transcripts = _transcripts(recordings, members)
    speakers = {
        (speaker.transcript_id, speaker.channel): speaker.pk
        for speaker in Speaker.objects.all()
    }

    def rows() -> Iterator[Sequence[Any]]:
        for line in corpus(segments):
            transcript_id, department_id = transcripts[line.recording]
            yield (
                transcript_id,
                department_id,
                line.index,
                speakers[transcript_id, line.voice],
                line.voice,
                line.index * 3_000,
                line.index * 3_000 + 2_800,
                line.raw,
                line.text,
                line.text,
                "[]",
                "[]",
                "[]",
                "[]",
                "vad",
            )

    _write(rows())
    return members


def _write(rows: Iterable[Sequence[Any]]) -> None:
    table = Segment._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({_COLUMNS}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * 15)
        sql = f"INSERT INTO {table} ({_COLUMNS}) VALUES ({marks})"  # noqa: S608
        iterator = iter(rows)
        while batch := list(islice(iterator, 20_000)):
            cursor.executemany(sql, batch)


def _department(number: int) -> Membership:
    department = Department.objects.create(slug=f"bench-{number}", name=f"部门{number}")
    user = User.objects.create(
        username=f"bench{number}", display_name=f"Bench {number}"
    )
    return Membership.objects.create(user=user, department=department, role=Role.MEMBER)


def _job(recording: Recording) -> TranscriptionJob:
    return TranscriptionJob(
        department_id=recording.department_id,
        recording=recording,
        language="zh",
        use_itn=True,
        queue="batch",
        state=JobState.SUCCEEDED,
    )


def _speakers(transcript: Transcript) -> list[Speaker]:
    return [
        Speaker(
            transcript=transcript,
            label=f"channel-{channel}",
            name=name,
            channel=channel,
        )
        for channel, name in enumerate(("客服", "客户"))
    ]


def _tag(recordings: Sequence[Recording]) -> None:
    """One call in twenty is a complaint, every third was looked at."""
    tagged = Recording.tags.through
    for name, every in (("投诉件", 20), ("已质检", 3)):
        tags = {
            pk: Tag.objects.create(department_id=pk, name=name).pk
            for pk in {recording.department_id for recording in recordings}
        }
        tagged.objects.bulk_create(
            [
                tagged(recording_id=one.pk, tag_id=tags[one.department_id])
                for one in recordings[::every]
            ],
            batch_size=500,
        )


def _transcripts(recordings: int, members: list[Membership]) -> list[tuple[int, int]]:
    """For each recording its transcript and department."""
    owners = [members[department_of(n, recordings)] for n in range(recordings)]
    now = timezone.now()
    made = Recording.objects.bulk_create(
        [
            Recording(
                department_id=owner.department_id,
                uploaded_by_id=owner.user_id,
                title=f"来电 {number}",
                original_name="call.wav",
                file="none",
                sha256=uuid.uuid4().hex * 2,
                size_bytes=1,
                media_format="wav",
                duration_ms=SEGMENTS_PER_RECORDING * 3_000,
                # Rows are as long as real ones.
                waveform=[[number % 100] * 2_000] * 2,
                agent=f"坐席{number % 97:02}",
                phone_number=f"138{number * 7919 % 10**8:08}",
                direction=("inbound", "outbound")[number % 2],
                recorded_at=now - timedelta(minutes=10 * (recordings - number)),
                created_at=now - timedelta(minutes=10 * (recordings - number)),
            )
            for number, owner in enumerate(owners)
        ],
        batch_size=500,
    )
    _tag(made)
    jobs = TranscriptionJob.objects.bulk_create(map(_job, made), batch_size=500)
    transcripts = Transcript.objects.bulk_create(
        [
            Transcript(
                department_id=job.department_id,
                recording_id=job.recording_id,
                job=job,
                language="zh",
            )
            for job in jobs
        ],
        batch_size=500,
    )
    Speaker.objects.bulk_create(
        chain.from_iterable(map(_speakers, transcripts)),
        batch_size=500,
    )
    return [(item.pk, item.department_id) for item in transcripts]
