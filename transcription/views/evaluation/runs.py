"""Evaluation runs: ordered, watched, read, compared, taken away."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http.activity import polled
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.evaluation import access_evaluation_run, access_reference_set
from transcription.forms.evaluation import OrderForm
from transcription.models.evaluation import EvaluationRun
from transcription.models.runs import JobState
from transcription.services.evaluation.libraries import library_of
from transcription.services.evaluation.reading import (
    changed_results,
    compare,
    compared_lines,
    export_csv,
    left_out_of,
    lines_of,
    note_read,
    readable,
)
from transcription.services.evaluation.runs import (
    cancel_run,
    delete_run,
    order_run,
)
from transcription.services.notices.reading import mark_read, notices_of
from transcription.views.media.downloads import attachment

LINES_PER_PAGE = 50
OTHERS_SHOWN = 30


@require_POST
def order(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Into the queue; then its page."""
    found = access_reference_set(request.membership, uuid, Capability.MANAGE_HOTWORDS)
    form = OrderForm(request.POST, department=request.department)
    if form.is_valid():
        try:
            made = order_run(
                reference_set=found,
                origin=origin_of(request),
                library=library_of(request.department, form.cleaned_data["library"]),
                engine_wanted=form.cleaned_data["engine"],
            )
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            return _to_run(request, made)
    else:
        messages.error(request, _("Choose hotwords and a recogniser from the lists."))
    slug = request.department.slug
    return redirect("transcription:reference_set", department=slug, uuid=uuid)


@require_safe
def run(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """The figures and the sentences; ``?show=wrong`` leaves out the perfect ones."""
    found = access_evaluation_run(request.membership, uuid, Capability.READ)
    note_read(reference_set=found.reference_set, origin=origin_of(request))
    mark_read(notices_of(request.membership).filter(evaluation=found))
    results = readable(found, request.membership)
    is_wrong_only = request.GET.get("show") == "wrong"
    if is_wrong_only:
        results = results.exclude(edits=0, error_code="")
    page = Paginator(
        results.order_by("item__name", "item_id"), LINES_PER_PAGE
    ).get_page(request.GET.get("page"))
    others = found.reference_set.runs.filter(state=JobState.SUCCEEDED)
    context = {
        "run": found,
        "page": page,
        "lines": lines_of(list(page)),
        "left_out": left_out_of(found, request.membership),
        "is_wrong_only": is_wrong_only,
        "others": others.exclude(pk=found.pk)[:OTHERS_SHOWN],
        "may_change": _may_change(request),
    }
    return render(request, "transcription/evaluation/runs/run.html", context)


@polled
@require_safe
def status(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """A fragment that asks again while the run is going on."""
    found = access_evaluation_run(request.membership, uuid, Capability.READ)
    context = {"run": found, "may_change": _may_change(request), "is_update": True}
    return render(request, "transcription/evaluation/runs/_state.html", context)


@require_safe
def compared(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """This run beside that of ``?before=``: figures, and the sentences that changed."""
    after = access_evaluation_run(request.membership, uuid, Capability.READ)
    before = _before(request, after)
    note_read(reference_set=after.reference_set, origin=origin_of(request))
    pairs = changed_results(before, after, request.membership)
    page = Paginator(pairs, LINES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": after,
        "comparison": compare(before, after, request.membership),
        "page": page,
        "lines": compared_lines(list(page)),
    }
    return render(
        request, "transcription/evaluation/comparisons/comparison.html", context
    )


@require_safe
def export(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    found = access_evaluation_run(request.membership, uuid, Capability.READ)
    content = export_csv(found, request.membership, origin_of(request))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    return attachment(response, f"{found.reference_set.name} {found.label}.csv")


@require_POST
def cancel(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    found = access_evaluation_run(request.membership, uuid, Capability.MANAGE_HOTWORDS)
    cancel_run(run=found, origin=origin_of(request))
    return _to_run(request, found)


@require_POST
def remove(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    found = access_evaluation_run(request.membership, uuid, Capability.MANAGE_HOTWORDS)
    target = found.reference_set.uuid
    delete_run(run=found, origin=origin_of(request))
    slug = request.department.slug
    return redirect("transcription:reference_set", department=slug, uuid=target)


def _before(request: DepartmentRequest, after: EvaluationRun) -> EvaluationRun:
    """The run that ``?before=`` names, else the one that was ordered to be compared
    with. Both of one set and finished, or 404."""
    named = request.GET.get("before", "")
    if not named and after.baseline is not None:
        named = str(after.baseline.uuid)
    try:
        uuid = UUID(named)
    except ValueError:
        raise Http404 from None
    before = access_evaluation_run(request.membership, uuid, Capability.READ)
    is_same_set = before.reference_set_id == after.reference_set_id
    if not is_same_set or {before.state, after.state} != {JobState.SUCCEEDED}:
        raise Http404
    return before


def _may_change(request: DepartmentRequest) -> bool:
    return request.membership.can(Capability.MANAGE_HOTWORDS)


def _to_run(request: DepartmentRequest, found: EvaluationRun) -> HttpResponseBase:
    slug = request.department.slug
    return redirect("transcription:evaluation_run", department=slug, uuid=found.uuid)
