"""Something on every page of a running portal; prints who opens which, as JSON.

``python -m tests.browser.frame.every_page`` in the portal's environment, after
``tests.browser.cast``. The pages are the ``get`` lines of the isolation sweep, so that
a new address is among them as soon as the sweep has it.
"""

import json
import os
import sys
from functools import cached_property
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.urls import reverse  # noqa: E402

from accounts.models.departments import Department  # noqa: E402
from accounts.models.people import User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from tests.browser.manual import contents  # noqa: E402
from tests.factories import make_job, make_recording  # noqa: E402
from tests.isolation.rules import Door, Rule, Scene  # noqa: E402
from tests.test_tenant_isolation import RULES  # noqa: E402
from transcription.models.hotwords.lists import HotwordList  # noqa: E402
from transcription.models.notices import Notice, NoticeKind  # noqa: E402
from transcription.models.recordings import Recording  # noqa: E402
from transcription.models.runs import JobState  # noqa: E402
from transcription.models.transcripts import Transcript  # noqa: E402
from transcription.services.search.index import index_transcript  # noqa: E402

# The admin sees the most of a page; the others have pages that no admin has.
PERSON = {Role.ADMIN: "carol", Role.AUDITOR: "dave", Role.MEMBER: "alice"}
PLATFORM_ADMIN = "root"
NOBODY = ""
# Their lines put the recording into the trash first.
IN_THE_TRASH = {"transcription:restore", "transcription:purge"}


class Furnished(Scene):
    """Sales as a department at work; its things belong to Carol, its admin."""

    @cached_property
    def owner(self) -> User:
        return User.objects.get(username=PERSON[Role.ADMIN])

    @cached_property
    def recording(self) -> Recording:
        return contents.recording(self.sales, self.owner)

    @cached_property
    def transcript(self) -> Transcript:
        made = contents.transcript_of(self.recording)
        index_transcript(made)
        return made

    @cached_property
    def hotword_list(self) -> HotwordList:
        return HotwordList.objects.get(department=self.sales)


def main() -> None:
    sales, support = (Department.objects.get(slug=s) for s in ("sales", "support"))
    scene = Furnished(sales, support)
    furnish(scene)
    chapter = {"slug": "hotwords"}
    pages = [
        (NOBODY, "accounts:login", reverse("accounts:login")),
        (NOBODY, "accounts:invitation", _invitation(scene)),
        (PERSON[Role.ADMIN], "not found", "/nowhere/"),
        (PERSON[Role.ADMIN], "help_chapter", reverse("help_chapter", kwargs=chapter)),
    ]
    trash = Furnished(sales, support)
    for rule in RULES:
        if rule.method != "get" or rule.door is Door.API:
            continue
        own = trash if rule.name in IN_THE_TRASH else scene
        query = urlencode({key: str(value) for key, value in rule.data(own).items()})
        address = rule.url(own) + (f"?{query}" if query else "")
        pages.append((person_for(rule), rule.name, address))
    sys.stdout.write("PAGES " + json.dumps(pages))


def furnish(scene: Scene) -> None:
    """What lists show: runs in every state, a notice, words, a key, a request."""
    contents.hotwords(scene.sales, scene.owner)
    for state in JobState:
        trouble = {"error_code": "decode_failed"} if state == JobState.FAILED else {}
        called = make_recording(scene.sales, scene.owner, title=f"来电 {state.label}")
        job = make_job(called, state, **trouble)
    Notice.objects.create(
        department=scene.sales, recipient=scene.owner, kind=NoticeKind.JOB, job=job
    )
    assert scene.token
    assert scene.access_request


def _invitation(scene: Scene) -> str:
    secret = scene.new_invitation.secret
    return reverse("accounts:invitation", kwargs={"secret": secret})


def person_for(rule: Rule) -> str:
    """The name of whoever opens it."""
    if rule.door is Door.PLATFORM:
        return PLATFORM_ADMIN
    return next(name for role, name in PERSON.items() if role in rule.roles)


if __name__ == "__main__":
    main()
