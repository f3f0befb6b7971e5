"""Waiting for a job inside a request without holding anything but a sleeping thread."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from transcription.models.jobs import TranscriptionJob

# The next look comes after this share of the time already waited, so that looking
# late adds at most so much to the answer, whether it takes half a second or a minute.
PATIENCE = 0.02
SHORTEST_SECONDS, LONGEST_SECONDS = 0.02, 0.5
# Whoever has waited so long waits for an hour's sound, and others do beside them.
PATIENT_AFTER_SECONDS, PATIENT_SECONDS = 30.0, 5.0
# Of all who wait in this process together: each look costs two milliseconds.
LOOKS_PER_SECOND = 50
# Sleeps longer than this give the database connection back meanwhile.
KEEP_CONNECTION_SECONDS = 0.1

_waiting: set[object] = set()


def wait_until_finished(
    job: TranscriptionJob, seconds: float, waited_before: float = 0.0
) -> bool:
    """Look at the job until it has ended or the time is up; says whether it has.

    Raises ``TranscriptionJob.DoesNotExist`` when it is purged meanwhile.
    """
    began = time.monotonic()
    with _counted():
        while True:
            job.refresh_from_db(fields=["state"])
            if not job.is_active:
                job.refresh_from_db()
                return True
            waited = time.monotonic() - began
            if waited >= seconds:
                job.refresh_from_db()
                return not job.is_active
            pause = _pause(waited_before + waited)
            if pause > KEEP_CONNECTION_SECONDS and not connection.in_atomic_block:
                connection.close()
            time.sleep(min(pause, seconds - waited))


@contextmanager
def _counted() -> Iterator[None]:
    waiter = object()
    _waiting.add(waiter)
    try:
        yield
    finally:
        _waiting.discard(waiter)


def _pause(waited: float) -> float:
    is_patient = waited > PATIENT_AFTER_SECONDS
    longest = PATIENT_SECONDS if is_patient else LONGEST_SECONDS
    own = min(max(PATIENCE * waited, SHORTEST_SECONDS), longest)
    return max(own, len(_waiting) / LOOKS_PER_SECOND)
