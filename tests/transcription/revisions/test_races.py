"""Re-recognition is ordered while somebody is changing them."""

from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue

import pytest
from django.db import connection, transaction

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.factories import make_recording, make_transcript
from tests.people import membership
from transcription.models.rehearings import Rehearing
from transcription.models.revisions import HotwordRevision
from transcription.models.transcripts import Segment
from transcription.services.revisions.orders import order_re_recognition
from transcription.services.revisions.revisions import checked_word, chosen_sentences

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="an in-memory SQLite database has one connection; the lock is a row's",
    ),
]


def is_stuck(pid: int) -> bool:
    """Whether the other connection waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() = ANY(pg_blocking_pids(%s))", [pid])
        return bool(cursor.fetchone()[0])


def test_an_order_and_a_change_of_its_sentence_wait_instead_of_deadlocking(
    alice: User, sales: Department
) -> None:
    (segment,) = make_transcript(make_recording(sales), ["买了稳健曾立"]).segments.all()
    pids: Queue[int] = Queue()

    def order() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.put(cursor.fetchone()[0])
            order_re_recognition(
                membership=membership(alice),
                origin=Origin(user=alice),
                word=checked_word("稳健增利"),
                segment_ids=[segment.pk],
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():  # as a revision does
            chosen_sentences(Segment.objects.readable_in(sales), [segment.pk])
            other: Future[None] = threads.submit(order)
            pid = pids.get(timeout=10)
            while not is_stuck(pid):
                assert not other.done()
            HotwordRevision.objects.create(department=sales, hotword="稳健增利")
        other.result(timeout=10)
    assert Rehearing.objects.count() == 1
