"""Archives of many recordings: ordered, watched, taken away."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http.activity import polled
from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.exports import access_archive, access_export
from transcription.forms.archive import ArchiveForm
from transcription.forms.exports import ChosenForm, ExportForm
from transcription.forms.transcripts import text_of
from transcription.services.notices.reading import mark_read, notices_of
from transcription.services.recordings.exporting.orders import (
    MOST,
    cancel_export,
    delete_export,
    estimate_export,
    exports_of,
    note_download,
    order_export,
    why_failed,
)
from transcription.services.recordings.exporting.upkeep import LISTED_DAYS
from transcription.services.recordings.selection.choosing import Selection
from transcription.views.media.downloads import attachment
from transcription.views.media.media import send_stored

PAGE_SIZE = 25


@require_POST
@requires(Capability.READ)
def export_new(request: DepartmentRequest) -> HttpResponseBase:
    """Ask what is to be packed; then into the queue."""
    chosen = ChosenForm(request.POST)
    filters = ArchiveForm(request.GET or None, membership=request.membership).filters()
    selection = chosen.selection(filters) if chosen.is_valid() else Selection()
    if not chosen.cleaned_data.get("confirmed"):
        form = ExportForm(initial={"text": text_of(request)})
        return _ask(request, form, selection)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, selection)
    try:
        order_export(
            membership=request.membership,
            origin=origin_of(request),
            selection=selection,
            formats=form.cleaned_data["formats"],
            with_sound=form.cleaned_data["with_sound"],
            raw=form.cleaned_data["text"] == "raw",
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _ask(request, form, selection)
    return _to_list(request)


def _ask(
    request: DepartmentRequest, form: ExportForm, selection: Selection
) -> HttpResponseBase:
    about = estimate_export(selection.recordings(request.membership))
    archive = _archive(request)
    if not about.count:
        messages.error(request, _("Choose recordings first."))
        return redirect(archive)
    context = {
        "form": form,
        "about": about,
        "most": MOST,
        "is_all": selection.filters is not None,
        "uuids": selection.uuids,
        "days": settings.EXPORT_DAYS,
        "archive_url": archive,
    }
    return render(request, "transcription/exports/new.html", context)


@require_safe
@requires(Capability.READ)
def exports(request: DepartmentRequest) -> HttpResponse:
    """The person's own, the newest first."""
    mark_read(notices_of(request.membership).exclude(export=None))
    return render(request, "transcription/exports/index.html", _listed(request))


@polled
@require_safe
@requires(Capability.READ)
def exports_list(request: DepartmentRequest) -> HttpResponse:
    """The list alone, which asks again while something is being made."""
    return render(request, "transcription/exports/_list.html", _listed(request))


def _listed(request: DepartmentRequest) -> dict[str, object]:
    page = Paginator(exports_of(request.membership), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return {
        "page": page,
        "rows": [(run, why_failed(run)) for run in page],
        "is_waiting": any(run.is_active for run in page),
        "days": settings.EXPORT_DAYS,
        "listed_days": LISTED_DAYS,
    }


@require_safe
def export_run(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Where a notice leads: its line in the list."""
    run = access_export(request.membership, uuid)
    return redirect(f"{_list(request)}#export-{run.uuid}")


@require_safe
def export_download(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """The archive, in pieces; a download that broke off goes on."""
    run = access_archive(request.membership, uuid)
    if request.method == "GET" and _is_start(request.headers.get("Range", "")):
        note_download(run=run, origin=origin_of(request))
    response = send_stored(request, run.archive, "application/zip")
    return attachment(response, run.file_name)


@require_POST
def export_cancel(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Nothing of it stays."""
    run = access_export(request.membership, uuid)
    cancel_export(run=run, origin=origin_of(request))
    return _to_list(request)


@require_POST
def export_delete(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """The archive and its line; the recordings stay."""
    run = access_export(request.membership, uuid)
    if not delete_export(run=run, origin=origin_of(request)):
        messages.error(request, _("It is being made. Cancel it first."))
    return _to_list(request)


def _is_start(range_header: str) -> bool:
    return not range_header or range_header.replace(" ", "").startswith("bytes=0-")


def _archive(request: DepartmentRequest) -> str:
    kwargs = {"department": request.department.slug}
    url = reverse("transcription:archive", kwargs=kwargs)
    query = request.GET.urlencode()
    return f"{url}?{query}" if query else url


def _list(request: DepartmentRequest) -> str:
    slug = request.department.slug
    return reverse("transcription:exports", kwargs={"department": slug})


def _to_list(request: DepartmentRequest) -> HttpResponseBase:
    return redirect(_list(request))
