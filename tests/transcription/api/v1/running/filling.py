"""Run by ``manage.py shell`` on a running portal's data: things of the sales department
for every operation of the API, so that what one of them deletes no other one misses."""

import json

from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_recording, make_transcript
from transcription.services.hotwords.lists import add_words, create_list
from transcription.services.hotwords.versions import add_and_publish
from transcription.services.search.index import index_transcript

COUNT = 80


def fill() -> None:
    """Prints what was made, as JSON behind ``MADE``."""
    sales = Department.objects.get(slug="sales")
    alice = User.objects.get(username="alice")
    made = []
    for number in range(COUNT):
        transcript = make_transcript(make_recording(sales, alice))
        index_transcript(transcript)
        words = create_list(department=sales, origin=SYSTEM, name=f"热词 {number}")
        add_and_publish(hotword_list=words, origin=SYSTEM, text="利率")
        add_words(hotword_list=words, origin=SYSTEM, text="不在版本里")
        trashed = make_recording(sales, alice, deleted_at=timezone.now())
        made.append(
            {
                "recording": str(transcript.recording.uuid),
                "segment": str(transcript.segments.values_list("pk", flat=True)[0]),
                "job": str(transcript.job.uuid),
                "list": str(words.uuid),
                "trashed": str(trashed.uuid),
            }
        )
    print("MADE", json.dumps(made))  # noqa: T201
