"""Recordings into another department."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.departments import access_target
from transcription.forms.archive import ArchiveForm
from transcription.forms.exports import ChosenForm
from transcription.services.recordings.selection.choosing import Selection
from transcription.services.recordings.selection.moving import (
    estimate_move,
    move_recordings,
    targets_of,
)
from transcription.views.recordings.outcomes import remember_moved, why_they_stay

_NAMED: Final = 5  # of those that are chosen, so that one sees which they are


@require_POST
@requires(Capability.MANAGE_DEPARTMENT)
def move(request: DepartmentRequest) -> HttpResponseBase:
    """Ask where to, say what would stay; then move, and back to the list."""
    form = ChosenForm(request.POST)
    filters = ArchiveForm(request.GET or None, membership=request.membership).filters()
    selection = form.selection(filters) if form.is_valid() else Selection()
    if not form.cleaned_data.get("confirmed"):
        return _ask(request, selection)
    target = access_target(request.membership, request.POST.get("target", ""))
    outcome = move_recordings(
        membership=request.membership,
        target=target,
        origin=origin_of(request),
        selection=selection,
    )
    remember_moved(request, outcome, target.department)
    return redirect(_archive(request))


def _ask(request: DepartmentRequest, selection: Selection) -> HttpResponseBase:
    chosen = selection.recordings(request.membership)
    count = chosen.count()
    if not count:
        messages.error(request, _("Choose recordings first."))
        return redirect(_archive(request))
    choices = []
    for target in targets_of(request.membership):
        about = estimate_move(request.membership, target, selection)
        choices.append((target.department, about, why_they_stay(about)))
    context = {
        "count": count,
        "titles": chosen.values_list("title", flat=True)[:_NAMED],
        "unnamed": max(0, count - _NAMED),
        "choices": choices,
        "can_move": any(about.moved for _to, about, _reasons in choices),
        "is_all": selection.filters is not None,
        "uuids": selection.uuids,
        "archive_url": _archive(request),
    }
    return render(request, "transcription/recordings/bulk/move.html", context)


def _archive(request: DepartmentRequest) -> str:
    kwargs = {"department": request.department.slug}
    url = reverse("transcription:archive", kwargs=kwargs)
    query = request.GET.urlencode()
    return f"{url}?{query}" if query else url
