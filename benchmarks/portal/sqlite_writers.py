"""Twenty writers on one SQLite file: ``python -m benchmarks.portal.sqlite_writers``

Every writer is a process that does what the portal does, through its services: it
uploads, claims, extends the lease, stores a transcript of thirty segments, corrects
one. Counted are rounds, "database is locked", and how long a round took; first with
Django's own SQLite settings, then with the portal's.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import django

VARIANTS = {
    "Django's defaults": "benchmarks.portal.sqlite_plain",
    "the portal's settings": "portal.settings",
}
SEGMENTS = 30


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--writers", type=int, default=20)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.measure:
        measure(chosen.writers, chosen.seconds)
        return
    print(f"{chosen.writers} writers, {chosen.seconds:.0f} s each")
    rates = {}
    for title, module in VARIANTS.items():
        found = in_a_process_of_its_own(module, chosen.writers, chosen.seconds)
        rates[title] = found["rounds"] / found["seconds"]
        print(
            f"{title}: {found['rounds']} rounds ({rates[title]:.1f}/s), "
            f"{found['locked']} database is locked, {found['other']} other errors, "
            f"p50 {found['p50_ms']:.0f} ms, p95 {found['p95_ms']:.0f} ms, "
            f"longest {found['max_ms']:.0f} ms"
        )
    plain, ours = rates.values()
    print(f"ratio {ours / max(plain, 0.01):.2f} (rounds per second, ours to defaults)")


def in_a_process_of_its_own(module: str, writers: int, seconds: float) -> Any:
    """Settings are read once in a process's life; so are they here."""
    with tempfile.TemporaryDirectory(prefix="shengwen-writers-") as folder:
        environment = {
            **{k: v for k, v in os.environ.items() if k not in HIDDEN},
            "DJANGO_SETTINGS_MODULE": module,
            "SHENGWEN_DATA_DIR": folder,
            "SHENGWEN_LOG_LEVEL": "ERROR",
            "SHENGWEN_MODELS_DIR": str(Path("var/models").absolute()),
        }
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            env=environment,
            check=True,
        )
        done = subprocess.run(
            [
                *(
                    sys.executable,
                    "-m",
                    "benchmarks.portal.sqlite_writers",
                    "--measure",
                ),
                *("--writers", str(writers), "--seconds", str(seconds)),
            ],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


HIDDEN = {"DATABASE_URL", "REDIS_URL"}


def measure(writers: int, seconds: float) -> None:
    """In the process with the right settings: fork writers, add up what they say."""
    django.setup()
    from django.db import connections

    prepare()
    connections.close_all()
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(writers + 1), context.Queue()
    processes = [
        context.Process(target=write, args=(number, seconds, start, answers))
        for number in range(writers)
    ]
    for process in processes:
        process.start()
    start.wait()
    began = time.monotonic()
    told = [answers.get() for _ in processes]
    elapsed = time.monotonic() - began
    for process in processes:
        process.join()
    times = sorted(ms for answer in told for ms in answer["times"]) or [0.0, 0.0]
    print(
        json.dumps(
            {
                "rounds": sum(len(answer["times"]) for answer in told),
                "locked": sum(answer["locked"] for answer in told),
                "other": sum(answer["other"] for answer in told),
                "seconds": elapsed,
                "p50_ms": median(times),
                "p95_ms": quantiles(times, n=20)[-1],
                "max_ms": times[-1],
            }
        )
    )


def prepare() -> None:
    from accounts.models.departments import Department
    from accounts.models.members import Membership
    from accounts.models.people import User
    from accounts.roles import Role

    department = Department.objects.create(slug="sales", name="sales")
    user = User.objects.create_user("writer", display_name="writer")
    Membership.objects.create(user=user, department=department, role=Role.ADMIN)


def write(number: int, seconds: float, start: Any, answers: Any) -> None:
    """One writer: rounds until the time is up."""
    from django.db import OperationalError, connection

    from accounts.models.members import Membership

    membership = Membership.objects.select_related("department", "user").get()
    times: list[float] = []
    locked = other = 0
    start.wait()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        try:
            one_round(membership)
        except OperationalError as error:
            if "locked" in str(error):
                locked += 1
            else:
                other += 1
        except Exception as error:
            other += 1
            print(f"{number}: {error!r}", file=sys.stderr)
        else:
            times.append((time.perf_counter() - began) * 1000)
    connection.close()
    answers.put({"times": times, "locked": locked, "other": other})


def result() -> Any:
    from transcription.pipeline.types import PipelineResult, PipelineSegment

    segments = tuple(
        PipelineSegment(
            channel=index % 2,
            start_ms=index * 3000,
            end_ms=index * 3000 + 2800,
            text_raw="我上个月买的理财产品利率调整了吗",
            text="我上个月买的理财产品，利率调整了吗？",
        )
        for index in range(SEGMENTS)
    )
    return PipelineResult(language="zh", segments=segments)


def one_round(membership: Any) -> None:
    from accounts.services.audit.writing import SYSTEM
    from transcription.models.jobs import TranscriptionJob
    from transcription.services.jobs.kind import JOBS
    from transcription.services.jobs.results import store_result
    from transcription.services.media.uploads import HashedUpload
    from transcription.services.recordings.keeping import (
        CallDetails,
        UploadOptions,
        upload_recording,
    )
    from transcription.services.runs.leases import claim
    from transcription.services.transcripts.corrections import correct_segment

    file = HashedUpload("call.wav")
    file.append(b"RIFF\0\0\0\0WAVEfmt " + uuid.uuid4().bytes)
    file.finish()
    job = upload_recording(
        membership=membership,
        origin=SYSTEM,
        file=file,
        options=UploadOptions(language="zh", use_itn=False),
        details=CallDetails(),
    ).job
    work = claim(JOBS, job.pk)
    assert work is not None
    work.extend()
    job = TranscriptionJob.objects.select_related("department").get(pk=job.pk)
    transcript = store_result(
        work=work,
        job=job,
        result=result(),
        audio_ms=90_000,
        processing_ms=9_000,
    )
    correct_segment(
        segment=transcript.segments.all()[SEGMENTS // 2],
        membership=membership,
        origin=SYSTEM,
        text="我上个月买的理财产品，利率调高了吗？",
    )


if __name__ == "__main__":
    if not Path("manage.py").exists():
        sys.exit("Run this in the repository's folder.")
    main()
