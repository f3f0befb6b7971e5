"""A recording with its text and a list of hotwords, in a running portal's database.

``python -m tests.browser.drafts.rows`` in the portal's environment; prints both UUIDs.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from accounts.models.departments import Department  # noqa: E402
from accounts.models.people import User  # noqa: E402
from accounts.services.audit.writing import SYSTEM  # noqa: E402
from tests.factories import make_recording, make_transcript  # noqa: E402
from transcription.services.hotwords.lists import add_words, create_list  # noqa: E402


def main() -> None:
    sales = Department.objects.get(slug="sales")
    recording = make_recording(sales, User.objects.get(username="bob"))
    make_transcript(recording).speakers.create(label="speaker-1")
    name = f"产品 {recording.uuid}"
    words = create_list(department=sales, origin=SYSTEM, name=name)
    add_words(hotword_list=words, origin=SYSTEM, text="利率\n理财")
    print(recording.uuid, words.uuid)  # noqa: T201


if __name__ == "__main__":
    main()
