"""Calls that have just been transcribed, in the database of a running portal.

``python -m tests.browser.search.filling SENTENCE …`` in the portal's environment, a
process of its own: the tests that drive the browser never touch the database
themselves. One call for each sentence, compared with the saved searches.
"""

import os
import sys
from itertools import cycle

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from accounts.models.departments import Department  # noqa: E402
from tests.transcription.saved_searches.saving import arrive, match  # noqa: E402


def main() -> None:
    sales = Department.objects.get(slug="sales")
    for sentence, agent in zip(sys.argv[1:], cycle(("王芳", "李明")), strict=False):
        arrive(sales, [sentence], agent=agent)
    match()


if __name__ == "__main__":
    main()
