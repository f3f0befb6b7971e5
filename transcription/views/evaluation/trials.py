"""A hotword list's draft, tried before it is published."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.evaluation import access_reference_set
from transcription.access.hotwords import access_hotword_list
from transcription.models.evaluation import ReferenceSet
from transcription.models.hotwords.lists import HotwordList
from transcription.services.evaluation.corrections import untaken_corrections
from transcription.services.evaluation.reading import (
    changed_results,
    compared_lines,
    note_read,
)
from transcription.services.evaluation.trials import newest_trial, try_draft
from transcription.views.hotwords.scope import Scope

LINES_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def hotword_try(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """What would change, or the order to find out."""
    needed = Capability.MANAGE_HOTWORDS if request.method == "POST" else Capability.READ
    found = access_hotword_list(request.membership, uuid, needed)
    if request.method == "POST":
        return _order(request, found)
    return _page(request, found)


def _page(request: DepartmentRequest, found: HotwordList) -> HttpResponse:
    trial = newest_trial(request.membership, found)
    context = {
        "list": found,
        "scope": Scope(request.department, _may_change(request)),
        "trial": trial,
        "may_change": _may_change(request),
    }
    if request.htmx:
        if trial is None or not trial.is_active:
            return HttpResponseClientRefresh()
        return render(request, "transcription/evaluation/trials/_running.html", context)
    sets = ReferenceSet.objects.filter(department=request.department).order_by("name")
    context |= {"sets": sets, "lines": []}
    if _may_change(request):
        context["untaken"] = len(untaken_corrections(request.membership))
    if trial and trial.comparison:
        note_read(reference_set=trial.after.reference_set, origin=origin_of(request))
        changed = changed_results(trial.before, trial.after, request.membership)
        pairs = changed[:LINES_SHOWN]
        context |= {
            "run": trial.after,
            "comparison": trial.comparison,
            "lines": compared_lines(pairs),
        }
    return render(request, "transcription/evaluation/trials/trial.html", context)


def _order(request: DepartmentRequest, found: HotwordList) -> HttpResponseBase:
    try:
        target = UUID(request.POST.get("set", ""))
    except ValueError:
        messages.error(request, _("Choose one of the sets."))
    else:
        _try(request, found, target)
    slug = request.department.slug
    return redirect("transcription:hotword_try", department=slug, uuid=found.uuid)


def _try(request: DepartmentRequest, found: HotwordList, target: UUID) -> None:
    reference_set = access_reference_set(
        request.membership, target, Capability.MANAGE_HOTWORDS
    )
    try:
        try_draft(
            hotword_list=found,
            reference_set=reference_set,
            origin=origin_of(request),
        )
    except Refused as refused:
        messages.error(request, refused.sentence)


def _may_change(request: DepartmentRequest) -> bool:
    return request.membership.can(Capability.MANAGE_HOTWORDS)
