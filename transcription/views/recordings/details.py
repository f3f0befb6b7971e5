"""What people know about a recording, edited."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.conflicts import conflict_of, conflict_status
from accounts.http.requests import DepartmentRequest
from accounts.services.audit.writing import origin_of
from accounts.services.versions import ChangedMeanwhile
from transcription.access.recordings import (
    access_recording_to_edit,
    is_thrown_away,
)
from transcription.forms.drafts import open_form
from transcription.forms.recordings import EditDetailsForm, details_of
from transcription.models.recordings import Recording
from transcription.services.drafts.things import recording_thing
from transcription.services.recordings.details import edit_recording, in_trash
from transcription.views.drafts import answer_draft


@require_http_methods(["GET", "HEAD", "POST"])
def recording_edit(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Title, call details, tags."""
    try:
        found = access_recording_to_edit(request.membership, uuid)
    except Http404:
        if request.method == "POST" and is_thrown_away(request.membership, uuid):
            raise in_trash() from None
        raise
    thing = recording_thing(found)
    if request.method != "POST":
        opened = open_form(
            lambda initial: EditDetailsForm(
                initial=initial, department=request.department
            ),
            details_of(found),
            request.user,
            thing,
        )
        return _page(request, found, {"form": opened.form, "draft": opened.draft})
    return answer_draft(request, request.user, thing) or _save(request, found)


def _save(request: DepartmentRequest, found: Recording) -> HttpResponseBase:
    department = request.department
    form = EditDetailsForm(
        request.POST, initial=details_of(found), department=department
    )
    if not form.is_valid():
        return _page(request, found, {"form": form}, 422)
    try:
        edit_recording(
            recording=found,
            origin=origin_of(request),
            details=form.details(),
            version=form.cleaned_data["version"],
        )
    except ChangedMeanwhile as changed:
        fresh = access_recording_to_edit(request.membership, found.uuid)
        theirs = EditDetailsForm(initial=details_of(fresh), department=department)
        conflict = conflict_of(request, changed, form, theirs)
        context = {"form": form, "conflict": conflict}
        return _page(request, found, context, conflict_status(request))
    messages.success(request, _("Saved."))
    slug = department.slug
    return redirect("transcription:recording", department=slug, uuid=found.uuid)


def _page(
    request: DepartmentRequest,
    recording: Recording,
    context: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    shown = {**context, "recording": recording}
    return render(request, "transcription/recordings/edit.html", shown, status=status)
