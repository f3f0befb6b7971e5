"""One import: looked at, started, gone on with."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http.guards import opened_by
from accounts.http.requests import DepartmentRequest
from accounts.http.streams import streamed
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.imports import access_import
from transcription.forms.importing import (
    ActionForm,
    ColumnsForm,
    ImportAction,
    LineFileForm,
)
from transcription.models.imports import ArchiveImport
from transcription.services.media.uploads import HashedUpload
from transcription.services.recordings.importing.beginning import (
    columns_of,
    set_columns,
    start,
)
from transcription.services.recordings.importing.columns import Column
from transcription.services.recordings.importing.ending import finish, forget, go_on
from transcription.services.recordings.importing.reading import (
    counts_of,
    first_lines,
    first_wrong_lines,
    named_alike,
    waiting_lines,
    wrong_lines_csv,
)
from transcription.services.recordings.importing.taking import take_file
from transcription.views.media.downloads import attachment

WRONG_SHOWN: Final = 50
LINES_SHOWN: Final = 5


@require_http_methods(["GET", "HEAD", "POST"])
def archive_import(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """What the list says, how far it is; POST does one of ``ImportAction``."""
    found = access_import(request.membership, uuid)
    columns = ColumnsForm(header=found.header, columns=columns_of(found))
    if request.method != "POST":
        return _page(request, found, columns)
    form = ActionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, columns, HTTPStatus.UNPROCESSABLE_ENTITY)
    action = ImportAction(form.cleaned_data["action"])
    if action is ImportAction.COLUMNS:
        columns = ColumnsForm(
            request.POST, header=found.header, columns=columns_of(found)
        )
        if not columns.is_valid():
            return _page(request, found, columns, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _do(request, found, action, columns)
    except Refused as refused:
        if not request.accepts("text/html"):
            return _refused(refused)
        messages.error(request, refused.sentence)
    slug = request.department.slug
    if action is ImportAction.FORGET:
        return redirect("transcription:imports", department=slug)
    if not request.accepts("text/html"):
        return JsonResponse({"counts": counts_of(found).as_dict()})
    return redirect("transcription:import", department=slug, uuid=uuid)


def _do(
    request: DepartmentRequest,
    found: ArchiveImport,
    action: ImportAction,
    columns: ColumnsForm,
) -> None:
    match action:
        case ImportAction.COLUMNS:
            set_columns(archive_import=found, columns=columns.columns())
        case ImportAction.START:
            start(archive_import=found)
        case ImportAction.FINISH:
            finish(archive_import=found, origin=origin_of(request), gives_up=True)
        case ImportAction.AGAIN:
            go_on(archive_import=found)
        case ImportAction.FORGET:
            forget(archive_import=found)
            messages.success(
                request,
                _("The import “%(name)s” is no longer listed. Its recordings stay.")
                % {"name": found.name},
            )


@require_safe
def waiting(request: DepartmentRequest, uuid: UUID) -> JsonResponse:
    """The files that are to come: number of the line and path."""
    found = access_import(request.membership, uuid)
    lines = waiting_lines(found).values_list("number", "file_path")
    return JsonResponse({"lines": list(lines)})


@require_POST
@opened_by(access_import)
def take(request: DepartmentRequest, uuid: UUID) -> JsonResponse:
    """A file for one line, from the page's script; what became of it."""
    found = access_import(request.membership, uuid)
    form = LineFileForm(request.POST)
    files = [f for f in request.FILES.getlist("file") if isinstance(f, HashedUpload)]
    if not form.is_valid() or len(files) != 1:
        for file in files:
            file.close()
        return _refused(Refused("no_file", _("Choose a file.")))
    try:
        line = take_file(
            archive_import=found,
            number=form.cleaned_data["line"],
            membership=request.membership,
            origin=origin_of(request),
            file=files[0],
        )
    except Refused as refused:
        return _refused(refused)
    counts = counts_of(found)
    if not counts.waiting:
        finish(archive_import=found, origin=origin_of(request))
    return JsonResponse({"state": line.state, "counts": counts.as_dict()})


@require_safe
def errors(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """The lines that were not taken, as a list to mend."""
    found = access_import(request.membership, uuid)
    response = streamed(request, wrong_lines_csv(found), "text/csv")
    stem = found.name.rpartition(".")[0] or found.name
    name = _("%(list)s – not imported") % {"list": stem[:80]}
    return attachment(response, f"{name}.csv")


def _refused(refused: Refused) -> JsonResponse:
    known = {
        "disk_full": HTTPStatus.INSUFFICIENT_STORAGE,
        "storage_failed": HTTPStatus.INSUFFICIENT_STORAGE,
    }
    status = known.get(str(refused.code), HTTPStatus.UNPROCESSABLE_ENTITY)
    answer = {"code": refused.code, "message": refused.sentence}
    return JsonResponse(answer, status=status)


def _page(
    request: DepartmentRequest,
    found: ArchiveImport,
    columns: ColumnsForm,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    is_draft = found.started_at is None
    context = {
        "import": found,
        "counts": counts_of(found),
        "wrong": first_wrong_lines(found, WRONG_SHOWN),
        "form": columns,
        "has_files": Column.FILE in columns_of(found),
        "is_draft": is_draft,
        "lines": first_lines(found, LINES_SHOWN) if is_draft else (),
        "alike": named_alike(found, request.membership) if is_draft else 0,
    }
    return render(
        request,
        "transcription/recordings/importing/import.html",
        context,
        status=status,
    )
