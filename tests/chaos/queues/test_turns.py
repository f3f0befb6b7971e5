"""Departments take turns at a real cluster, with both brokers."""

import json
from pathlib import Path

import pytest

from tests.chaos.installation import Installation, wait_for

pytestmark = pytest.mark.chaos

CLIPS = 12
UPLOAD_MANY = f"""
import json, sys, django
django.setup()
from pathlib import Path
from tempfile import NamedTemporaryFile
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from transcription.services.recordings.keeping import (
    CallDetails, UploadOptions, upload_recording)
from transcription.services.media.uploads import hashed_copy
source = Path(sys.argv[1]).read_bytes()
user, _ = User.objects.get_or_create(username="alice", display_name="Alice")
def upload(slug, number):
    department, _ = Department.objects.get_or_create(slug=slug, name=slug)
    membership, _ = Membership.objects.get_or_create(
        user=user, department=department, role=Role.MEMBER)
    with NamedTemporaryFile(suffix=".wav") as file:
        file.write(source + bytes(2 * number)); file.flush()
        return upload_recording(
            membership=membership, origin=SYSTEM, file=hashed_copy(Path(file.name)),
            options=UploadOptions("zh", False), details=CallDetails(),
            queue="interactive", find_existing=lambda: None).job.pk
many = [upload("sales", number) for number in range({CLIPS})]
print(json.dumps([many, upload("support", 0)]))
"""


def test_a_clip_does_not_wait_for_all_that_another_department_has_ordered_before(
    portal: Installation, short_clip: Path
) -> None:
    answer = portal.python("-c", UPLOAD_MANY, str(short_clip))
    many, clip = json.loads(answer.splitlines()[-1])
    portal.environment["SLOW_ENGINE_SECONDS"] = "0.3"
    with portal.cluster("interactive"):
        wait_for(lambda: all(portal.state(job) == "succeeded" for job in many))
    sql = "SELECT id FROM transcription_transcriptionjob ORDER BY finished_at"
    order = [row["id"] for row in portal.rows(sql)]
    # What was in hand when it came, and what was taken beside that, goes first.
    assert order.index(clip) <= 3
    assert len(portal.recognised()) == CLIPS + 1
