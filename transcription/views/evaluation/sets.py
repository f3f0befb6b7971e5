"""A department's reference sets: members read them, its admins fill them."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.evaluation import access_reference_item, access_reference_set
from transcription.access.recordings import access_recording
from transcription.forms.evaluation import ClipForm, OrderForm, SetForm
from transcription.models.evaluation import EvaluationRun, ReferenceItem, ReferenceSet
from transcription.services.evaluation.corrections import untaken_corrections
from transcription.services.evaluation.reading import note_read
from transcription.services.evaluation.sets import (
    add_corrected,
    create_set,
    delete_set,
    remove_item,
    set_for_corrections,
)
from transcription.services.media.types import playable_item
from transcription.views.media.media import send_sound

ITEMS_PER_PAGE = 50
RUNS_SHOWN = 30


@require_safe
@requires(Capability.READ)
def evaluation(request: DepartmentRequest) -> HttpResponse:
    """The department's sets, and what was measured last."""
    return _sets_page(request, SetForm())


@require_POST
@requires(Capability.MANAGE_HOTWORDS)
def create(request: DepartmentRequest) -> HttpResponseBase:
    form = SetForm(request.POST)
    if form.is_valid():
        try:
            made = create_set(
                department=request.department,
                origin=origin_of(request),
                name=form.cleaned_data["name"],
            )
        except Refused as refused:
            form.add_error("name", refused.sentence)
        else:
            return to_set(request, made)
    return _sets_page(request, form)


@require_safe
def reference_set(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """A set: its sentences, its runs, and for admins how to add to both."""
    found = access_reference_set(request.membership, uuid, Capability.READ)
    note_read(reference_set=found, origin=origin_of(request))
    return set_page(request, found, ClipForm())


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Asks first."""
    found = access_reference_set(request.membership, uuid, Capability.MANAGE_HOTWORDS)
    if request.method == "POST":
        delete_set(reference_set=found, origin=origin_of(request))
        messages.success(request, _("The set was deleted."))
        return redirect("transcription:evaluation", department=request.department.slug)
    context = {"set": found, "item_count": found.items.count()}
    return render(request, "transcription/evaluation/sets/delete.html", context)


@require_POST
def remove(request: DepartmentRequest, uuid: UUID, item_uuid: UUID) -> HttpResponseBase:
    found = access_reference_set(request.membership, uuid, Capability.MANAGE_HOTWORDS)
    item = access_reference_item(request.membership, found, item_uuid)
    remove_item(item=item, origin=origin_of(request))
    return to_set(request, found)


@require_safe
def audio(request: DepartmentRequest, uuid: UUID, item_uuid: UUID) -> HttpResponseBase:
    """The sound of an uploaded clip; that of a recording is played from there."""
    found = access_reference_set(request.membership, uuid, Capability.READ)
    source = playable_item(access_reference_item(request.membership, found, item_uuid))
    if source is None:
        raise Http404
    if request.method == "GET":
        note_read(reference_set=found, origin=origin_of(request))
    response = send_sound(request, *source)
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_POST
def take(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """The corrected sentences of a recording, into the set that the button names."""
    found = access_recording(request.membership, uuid, Capability.MANAGE_HOTWORDS)
    try:
        target = _target(request)
        count = add_corrected(
            reference_set=target, recording=found, origin=origin_of(request)
        )
    except Refused as refused:
        messages.error(request, refused.sentence)
        slug = request.department.slug
        return redirect("transcription:recording", department=slug, uuid=uuid)
    say_added(request, count)
    return to_set(request, target)


def say_added(request: DepartmentRequest, count: int) -> None:
    """On the next page."""
    sentence = ngettext(
        "%(count)s sentence was added.", "%(count)s sentences were added.", count
    )
    messages.success(request, sentence % {"count": count})


def _target(request: DepartmentRequest) -> ReferenceSet:
    named = request.POST.get("set", "")
    if not named:
        return set_for_corrections(
            department=request.department, origin=origin_of(request)
        )
    try:
        uuid = UUID(named)
    except ValueError:
        raise Http404 from None
    return access_reference_set(request.membership, uuid, Capability.MANAGE_HOTWORDS)


def _sets_page(request: DepartmentRequest, form: SetForm) -> HttpResponse:
    department = request.department
    sets = ReferenceSet.objects.filter(department=department)
    items = Q(items__in=ReferenceItem.objects.audible_to(request.membership))
    runs = EvaluationRun.objects.filter(reference_set__department=department)
    context = {
        "sets": sets.annotate(item_count=Count("items", filter=items)).order_by("name"),
        "runs": runs.select_related("reference_set")[:RUNS_SHOWN],
        "form": form,
        "may_change": _may_change(request),
        "untaken": _may_change(request)
        and len(untaken_corrections(request.membership)),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(
        request, "transcription/evaluation/sets/index.html", context, status=status
    )


def set_page(
    request: DepartmentRequest, found: ReferenceSet, form: ClipForm
) -> HttpResponse:
    """The page of the set, with what is wrong in the form."""
    # Clips come three at a time, in any order.
    items = found.items.audible_to(request.membership).select_related("recording")
    items = items.order_by("name", "id")
    context = {
        "set": found,
        "page": Paginator(items, ITEMS_PER_PAGE).get_page(request.GET.get("page")),
        "runs": found.runs.all()[:RUNS_SHOWN],
        "clip_form": form,
        "order_form": OrderForm(department=request.department),
        "may_change": _may_change(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(
        request, "transcription/evaluation/sets/set.html", context, status=status
    )


def _may_change(request: DepartmentRequest) -> bool:
    return request.membership.can(Capability.MANAGE_HOTWORDS)


def to_set(request: DepartmentRequest, found: ReferenceSet) -> HttpResponseBase:
    """There, after something was done."""
    slug = request.department.slug
    return redirect("transcription:reference_set", department=slug, uuid=found.uuid)
