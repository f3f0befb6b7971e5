"""The manual: what an employee, a supervisor, a keeper of hotwords and an auditor do.

A chapter is prose, written once for each language; the names of buttons and fields in
it are those of the pages (the tag ``control``), so they change together.
"""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from accounts.http.guards import logged_in
from accounts.http.requests import UserRequest
from accounts.roles import Role


@dataclass(frozen=True, slots=True, eq=False)  # a title reads otherwise by language
class Chapter:
    """One page; ``section`` is the line of the navigation that it is about."""

    slug: str
    title: StrOrPromise
    lead: StrOrPromise
    section: str
    chinese: str
    english: str

    @property
    def template(self) -> str:
        """Its prose in the reader's language."""
        return self.english if get_language() == "en" else self.chinese


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The chapters for one kind of reader."""

    label: StrOrPromise
    chapters: tuple[Chapter, ...]


UPLOAD = Chapter(
    "upload",
    _("Upload and record"),
    _("Upload files or record with the microphone, and follow the transcription."),
    "upload",
    chinese="help/zh/upload.html",
    english="help/en/upload.html",
)
READ = Chapter(
    "read",
    _("Read and listen"),
    _("Read along with the sound, copy, export, find a word in one recording."),
    "archive",
    chinese="help/zh/read.html",
    english="help/en/read.html",
)
CORRECT = Chapter(
    "correct",
    _("Correct"),
    _("Correct sentences, name speakers, fill in the details, transcribe again."),
    "archive",
    chinese="help/zh/correct.html",
    english="help/en/correct.html",
)
SEARCH = Chapter(
    "search",
    _("Search"),
    _("Find any word that was said, in all recordings of the department."),
    "search",
    chinese="help/zh/search.html",
    english="help/en/search.html",
)
SUPERVISE = Chapter(
    "supervise",
    _("Look after recordings"),
    _("Filter, correct, restore the team's recordings; judge the recogniser."),
    "archive",
    chinese="help/zh/supervise.html",
    english="help/en/supervise.html",
)
HOTWORDS = Chapter(
    "hotwords",
    _("Keep hotwords"),
    _("Make lists, publish them, answer proposals, see what the words did."),
    "hotwords",
    chinese="help/zh/hotwords.html",
    english="help/en/hotwords.html",
)
DEPARTMENT = Chapter(
    "department",
    _("Run a department"),
    _("Invite people, say which agent is whom, choose defaults, decide on requests."),
    "members",
    chinese="help/zh/department.html",
    english="help/en/department.html",
)
AUDIT = Chapter(
    "audit",
    _("Audit"),
    _("See who did what, and export it."),
    "audit",
    chinese="help/zh/audit.html",
    english="help/en/audit.html",
)
PARTS = (
    Part(_("For everybody"), (UPLOAD, READ, CORRECT, SEARCH)),
    Part(Role.SUPERVISOR.label, (SUPERVISE,)),
    Part(Role.ADMIN.label, (HOTWORDS, DEPARTMENT)),
    Part(Role.AUDITOR.label, (AUDIT,)),
)
CHAPTERS = {chapter.slug: chapter for part in PARTS for chapter in part.chapters}


@require_safe
@logged_in
def contents(request: UserRequest) -> HttpResponse:
    """Which chapters there are, by reader."""
    return render(request, "help/contents.html", {"parts": PARTS})


@require_safe
@logged_in
def chapter(request: UserRequest, slug: str) -> HttpResponse:
    """One chapter, beside the list of all."""
    found = CHAPTERS.get(slug)
    if found is None:
        raise Http404
    return render(request, "help/chapter.html", {"chapter": found, "parts": PARTS})
