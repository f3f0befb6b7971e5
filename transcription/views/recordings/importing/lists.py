"""The list of an archive is brought, and the imports that there are."""

from http import HTTPStatus
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import get_default_timezone_name
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.refusal import Refused
from accounts.spreadsheets import as_csv
from transcription.access.imports import imports_of
from transcription.forms.importing import ListForm
from transcription.models.imports import ArchiveImport
from transcription.services.media.uploads import HashedUpload
from transcription.services.recordings.importing.beginning import (
    Manner,
    begin_with_list,
)
from transcription.services.recordings.importing.columns import TEMPLATES
from transcription.services.recordings.importing.reading import counts_of
from transcription.views.media.downloads import attachment

PAGE_SIZE: Final = 20
MOST_BYTES: Final = 20 * 2**20
# A browser sends file after file: beyond this the operator's command is the way.
MOST_LINES: Final = 20_000


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.UPLOAD)
def imports(request: DepartmentRequest) -> HttpResponseBase:
    """What was imported; POST reads a list and leads to what it says."""
    if request.method != "POST":
        return _page(request, ListForm(department=request.department))
    form = ListForm(request.POST, department=request.department)
    files = [f for f in request.FILES.getlist("list") if isinstance(f, HashedUpload)]
    if not files:
        form.add_error(None, _("Choose the list."))
    if form.is_valid():
        try:
            found = _begin(request, form, files[0])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            slug = request.department.slug
            return redirect("transcription:import", department=slug, uuid=found.uuid)
    for file in files:
        file.close()
    return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
@requires(Capability.UPLOAD)
def template(request: DepartmentRequest, language: str) -> HttpResponse:
    """The list to fill in, with a line as it can look."""
    if language not in TEMPLATES:
        raise Http404
    header, example = TEMPLATES[language]
    response = HttpResponse(as_csv(header, [example]), content_type="text/csv")
    name = {"zh": "导入清单", "en": "import-list"}[language]
    return attachment(response, f"{name}.csv")


def _begin(
    request: DepartmentRequest, form: ListForm, file: HashedUpload
) -> ArchiveImport:
    if file.size > MOST_BYTES:
        raise Refused(
            "list_too_large",
            _("The list is larger than %(limit)s MB. Split it.")
            % {"limit": MOST_BYTES // 2**20},
        )
    data = form.cleaned_data
    with file:
        found, _is_new = begin_with_list(
            membership=request.membership,
            path=Path(file.temporary_file_path()),
            name=file.name or "",
            manner=Manner(
                zone=ZoneInfo(get_default_timezone_name()),
                language=data["language"],
                is_private=data["is_private"] == "yes",
            ),
            most_lines=MOST_LINES,
        )
    return found


def _page(
    request: DepartmentRequest, form: ListForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    page = Paginator(imports_of(request.membership), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    rows = [(found, counts_of(found)) for found in page.object_list]
    context = {"form": form, "page": page, "rows": rows, "most_lines": MOST_LINES}
    return render(
        request,
        "transcription/recordings/importing/index.html",
        context,
        status=status,
    )
