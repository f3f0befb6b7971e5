"""The tags of the department: called otherwise, coloured, merged, deleted."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.forms.selection import TagAction, TagForm
from transcription.services.recordings.tags import (
    colour_tag,
    counted_tags,
    delete_tag,
    merge_tag,
    rename_tag,
)
from transcription.views.recordings.outcomes import (
    last_outcome,
    remember_deleted_tag,
    remember_merged_tag,
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.EDIT_ANY)
def tags(request: DepartmentRequest) -> HttpResponseBase:
    """All of them with their counts; POST changes one."""
    form = TagForm(request.POST or None, department=request.department)
    if request.method != "POST":
        return _page(request, form)
    try:
        if form.is_valid():
            _change(request, form)
            return redirect("transcription:tags", department=request.department.slug)
        for sentences in form.errors.values():
            messages.error(request, str(sentences[0]))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _change(request: DepartmentRequest, form: TagForm) -> None:
    data, origin = form.cleaned_data, origin_of(request)
    tag = data["tag"]
    match TagAction(data["action"]):
        case TagAction.SAVE:
            seen = data["before"]
            rename_tag(tag=tag, origin=origin, name=data["name"], seen=seen)
            colour_tag(tag=tag, origin=origin, colour=data["colour"])
            messages.success(request, _("Saved."))
        case TagAction.MERGE:
            name, into = tag.name, data["into"]
            change = merge_tag(
                tag=tag, into=into, membership=request.membership, origin=origin
            )
            remember_merged_tag(request, name, into.name, change)
        case TagAction.DELETE:
            name = tag.name
            change = delete_tag(tag=tag, membership=request.membership, origin=origin)
            remember_deleted_tag(request, name, change)


def _page(
    request: DepartmentRequest, form: TagForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "tags": counted_tags(request.department),
        "colours": form.fields["colour"].choices,  # type: ignore[attr-defined]
        "changed": last_outcome(request),
    }
    return render(
        request, "transcription/recordings/tags/index.html", context, status=status
    )
