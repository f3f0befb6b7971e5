"""Clips on their way into a reference set."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http.guards import opened_by
from accounts.http.requests import DepartmentRequest
from accounts.http.sentences import in_a_row
from accounts.models.members import Membership
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.evaluation import access_reference_set
from transcription.forms.evaluation import ClipForm
from transcription.models.evaluation import ReferenceSet
from transcription.services.evaluation.clips import Problem, add_clips, is_text
from transcription.services.media.uploads import HashedUpload
from transcription.views.evaluation.sets import say_added, set_page, to_set


def _set_to_fill(membership: Membership, uuid: UUID) -> ReferenceSet:
    return access_reference_set(membership, uuid, Capability.MANAGE_HOTWORDS)


@require_POST
@opened_by(_set_to_fill)
def add(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Clips with text files of the same names: one clip a call from the page's script,
    which shows how far it is; all at once from the form."""
    found = _set_to_fill(request.membership, uuid)
    form = ClipForm(request.POST)
    files = [f for f in request.FILES.getlist("file") if isinstance(f, HashedUpload)]
    if all(is_text(file) for file in files):
        form.add_error(None, _("Choose a file."))
    if request.accepts("text/html"):
        return _from_form(request, found, form, files)
    return _from_script(request, found, form, files)


def _from_script(
    request: DepartmentRequest,
    found: ReferenceSet,
    form: ClipForm,
    files: list[HashedUpload],
) -> JsonResponse:
    """201, or 422 with why the clip is not in the set."""
    if not form.is_valid():
        sentences = [str(e) for errors in form.errors.values() for e in errors]
        return _refused("invalid_clip", in_a_row(sentences))
    added, problems = _taken(request, found, form, files)
    if problems:
        return _refused(problems[0].code, problems[0].message)
    return JsonResponse({"added": added}, status=HTTPStatus.CREATED)


def _refused(code: str, message: str) -> JsonResponse:
    return JsonResponse(
        {"code": code, "message": message}, status=HTTPStatus.UNPROCESSABLE_ENTITY
    )


def _from_form(
    request: DepartmentRequest,
    found: ReferenceSet,
    form: ClipForm,
    files: list[HashedUpload],
) -> HttpResponseBase:
    if not form.is_valid():
        return set_page(request, found, form)
    added, problems = _taken(request, found, form, files)
    for problem in problems:
        words = {"name": problem.name, "problem": problem.message}
        messages.error(request, _("%(name)s: %(problem)s") % words)
    if added:
        say_added(request, added)
    return to_set(request, found)


def _taken(
    request: DepartmentRequest,
    found: ReferenceSet,
    form: ClipForm,
    files: list[HashedUpload],
) -> tuple[int, list[Problem]]:
    return add_clips(
        reference_set=found,
        origin=origin_of(request),
        files=files,
        text=form.cleaned_data["text"],
        language=form.cleaned_data["language"],
    )
