"""Recordings for the list of a running portal.

``python -m tests.browser.recordings.filling``, or the same with ``tags``, in the
portal's environment, a process of its own: the tests that drive the browser never touch
the database themselves.
"""

import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from accounts.models.departments import Department  # noqa: E402
from accounts.models.people import User  # noqa: E402
from tests.factories import make_job, make_recording  # noqa: E402
from transcription.models.recordings import Tag  # noqa: E402

ROWS = 60


def main() -> None:
    """Bob's, the newest first: 通话 00, 通话 01 and so on. The second has a tag."""
    sales = Department.objects.get(slug="sales")
    for number in range(ROWS):
        recording = make_recording(
            sales,
            User.objects.get(username="bob"),
            title=f"通话 {number:02} 客户询问理财产品的利率以及到期之后的安排",
            agent="王芳",
            phone_number="13800138000",
            created_at=timezone.now() + timedelta(days=1, minutes=-number),
        )
        make_job(recording)
        if number == 1:
            recording.tags.add(Tag.objects.create(department=sales, name="重要客户"))


def tags() -> None:
    """Three that nobody else changes."""
    sales = Department.objects.get(slug="sales")
    for name in ("改名", "合并一", "合并二"):
        Tag.objects.create(department=sales, name=name)


if __name__ == "__main__":
    tags() if sys.argv[1:] == ["tags"] else main()
