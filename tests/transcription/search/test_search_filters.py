"""What narrows a search."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.people import membership, supervisor_of
from tests.transcription.search.asking import found_by
from tests.transcription.search.conftest import Indexed
from transcription.models.recordings import Recording, Tag
from transcription.models.transcripts import Transcript
from transcription.services.recordings.archive import archive
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.searching import (
    search_segments,
)

pytestmark = pytest.mark.django_db


def test_filters_narrow(alice: User, bob: User, indexed: Indexed) -> None:
    plain = indexed("退款").recording
    call = indexed(
        "退款",
        uploaded_by=bob,
        agent="王芳",
        recorded_at=datetime(2026, 3, 1, 16, 30, tzinfo=UTC),  # 2 March in Shanghai
    ).recording
    tag = Tag.objects.create(department=call.department, name="投诉")
    call.tags.add(tag)
    Transcript.objects.filter(recording=call).update(language="en")

    def found(**filters: Any) -> list[Recording]:
        return [group.recording for group in found_by(alice, "退款", **filters).groups]

    assert found(agent="王") == [call]
    assert found(agent="%") == []
    assert found(tag=tag) == [call]
    assert found(uploader=bob) == [call]
    assert found(language="zh") == [plain]
    assert found(recording=plain.uuid) == [plain]
    assert found(since=date(2026, 3, 2), until=date(2026, 3, 2)) == [call]
    assert found(since=date(2026, 3, 3)) == [plain]
    assert found(until=date(2026, 3, 1)) == []


def test_the_archive_and_the_search_narrow_alike(
    indexed: Indexed, sales: Department, support: Department, alice: User, bob: User
) -> None:
    tag = Tag.objects.create(department=sales, name="投诉")
    long_ago = timezone.now() - timedelta(days=10)
    first = indexed("退款", title="理财 100%", agent="王_芳", uploaded_by=alice)
    first.recording.tags.add(tag)
    indexed("退款", title="咨询", phone_number="138", uploaded_by=bob)
    old = indexed("退款", recorded_at=long_ago, agent="王芳")
    Transcript.objects.filter(pk=old.pk).update(language="en")
    indexed("退款", department=support, agent="王芳")
    today = timezone.localdate()
    for filters, count in (
        (RecordingFilters(), 3),
        (RecordingFilters(title="100%"), 1),
        (RecordingFilters(title="38"), 1),
        (RecordingFilters(since=today), 2),
        (RecordingFilters(until=today - timedelta(days=1)), 1),
        (RecordingFilters(status="succeeded"), 3),
        (RecordingFilters(status="active"), 0),
        (RecordingFilters(uploader=bob), 1),
        (RecordingFilters(agent="王"), 2),
        (RecordingFilters(agent="_"), 1),
        (RecordingFilters(tag=tag), 1),
        (RecordingFilters(language="en"), 1),
        (RecordingFilters(language="en", agent="王"), 1),
        (RecordingFilters(recording=first.recording.uuid), 1),
        (RecordingFilters(recording=first.recording.uuid, agent="李"), 0),
    ):
        page = search_segments(
            membership=membership(alice), origin=SYSTEM, query="退款", filters=filters
        )
        found = {group.recording for group in page.groups}
        assert found == set(archive(supervisor_of(sales), filters)), filters
        assert len(found) == count, filters
