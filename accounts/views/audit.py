"""The audit trail of a department, and the platform's."""

from itertools import chain

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.forms.audit import AuditFilterForm
from accounts.forms.chips import Chip
from accounts.http.guards import platform_admins_only, requires
from accounts.http.requests import DepartmentRequest, UserRequest
from accounts.http.streams import streamed
from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.roles import Capability
from accounts.services.audit.reading import csv_parts
from accounts.services.audit.refused import write_what_was_counted
from accounts.services.audit.trail import Trail, department_trail, platform_trail
from accounts.services.audit.words import changes, pages
from accounts.services.audit.writing import origin_of, record


@require_safe
@platform_admins_only
def platform_audit(request: UserRequest) -> HttpResponseBase:
    return audit_page(request, trail=platform_trail(), department=None)


AUDIT_PER_PAGE = 50
_OF_DEPARTMENT = "accounts/audit/department.html"
_OF_PLATFORM = "accounts/audit/platform.html"


@require_safe
@requires(Capability.VIEW_AUDIT)
def department_audit(request: DepartmentRequest) -> HttpResponseBase:
    return audit_page(
        request,
        trail=department_trail(request.department),
        department=request.department,
    )


def audit_page(
    request: HttpRequest, *, trail: Trail, department: Department | None
) -> HttpResponseBase:
    """The trail as a page, or with ``format=csv`` as a file."""
    form = AuditFilterForm(request.GET)
    form.is_valid()  # an unusable field is explained on the page and not applied
    write_what_was_counted()
    trail = trail.filtered(**form.cleaned_data)
    if request.GET.get("format") == "csv" and not form.errors:
        return _audit_csv(request, trail=trail, form=form, department=department)
    page = trail.page(
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
        size=AUDIT_PER_PAGE,
    )
    chips = form.chips()
    ctx = {
        "form": form,
        "page": page,
        # The platform reads no recordings: there is nothing to lead to.
        "pages": pages(department, page.events) if department else {},
        "changes": changes(department, page.events) if department else {},
        "query_string": _query_without(request).urlencode(),
        "chips": [(chip, _without(request, chip)) for chip in chips],
        "is_filtered": bool(chips),
    }
    template = _OF_DEPARTMENT if department else _OF_PLATFORM
    return render(request, template, ctx)


def _query_without(request: HttpRequest, *names: str) -> QueryDict:
    """The filters alone, from the newest event on."""
    query = request.GET.copy()
    for name in ("before", "after", "format", *names):
        query.pop(name, None)
    return query


def _without(request: HttpRequest, chip: Chip) -> str:
    return f"?{_query_without(request, chip.name).urlencode()}"


def _audit_csv(
    request: HttpRequest,
    *,
    trail: Trail,
    form: AuditFilterForm,
    department: Department | None,
) -> HttpResponseBase:
    """Written while it is sent, however long it is; audited before the first byte."""
    pages = trail.pages()
    newest = next(pages)  # what is recorded below is no part of it
    record(
        AuditAction.EXPORT,
        origin_of(request),
        Subject("audit", department_id=department.pk if department else None),
        format="csv",
        **form.noted(),
    )
    parts = csv_parts(chain([newest], pages))
    response = streamed(request, parts, "text/csv; charset=utf-8")
    name = f"audit-{department.slug if department else 'platform'}"
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.csv"'
    )
    return response
