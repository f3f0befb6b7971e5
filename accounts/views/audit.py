"""The audit trail of a department, and the platform's."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_safe,
)

from accounts.forms.audit import AuditFilterForm
from accounts.http.guards import platform_admins_only, requires
from accounts.http.requests import DepartmentRequest, UserRequest
from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.roles import Capability
from accounts.services.audit import reading as audit_trail
from accounts.services.audit.refused import write_what_was_counted
from accounts.services.audit.words import pages
from accounts.services.audit.writing import origin_of, record


@require_safe
@platform_admins_only
def platform_audit(request: UserRequest) -> HttpResponseBase:
    return audit_page(request, events=audit_trail.platform_events(), department=None)


AUDIT_PER_PAGE = 50


@require_safe
@requires(Capability.VIEW_AUDIT)
def department_audit(request: DepartmentRequest) -> HttpResponseBase:
    return audit_page(
        request,
        events=audit_trail.department_events(request.department),
        department=request.department,
    )


def audit_page(
    request: HttpRequest,
    *,
    events: QuerySet[AuditEvent],
    department: Department | None,
) -> HttpResponseBase:
    """The trail as a page, or with ``format=csv`` as a file."""
    form = AuditFilterForm(request.GET)
    form.is_valid()  # an unusable field is explained on the page and not applied
    write_what_was_counted()
    events = audit_trail.filtered(events, **form.cleaned_data)
    if request.GET.get("format") == "csv" and not form.errors:
        if events.count() <= audit_trail.CSV_MAX_ROWS:
            return _audit_csv(request, events=events, department=department)
        form.add_error(
            None,
            _("More than {rows} events: choose a shorter time for the export.").format(
                rows=audit_trail.CSV_MAX_ROWS
            ),
        )
    query = request.GET.copy()
    for key in ("page", "format"):
        query.pop(key, None)
    page = Paginator(events, AUDIT_PER_PAGE).get_page(request.GET.get("page"))
    ctx = {
        "form": form,
        "page": page,
        # The platform reads no recordings: there is nothing to lead to.
        "pages": pages(department, page) if department else {},
        "query_string": query.urlencode(),
        "is_filtered": any(form.cleaned_data.values()),
    }
    template = (
        "accounts/audit/department.html"
        if department
        else "accounts/audit/platform.html"
    )
    return render(request, template, ctx)


def _audit_csv(
    request: HttpRequest,
    *,
    events: QuerySet[AuditEvent],
    department: Department | None,
) -> HttpResponse:
    content = audit_trail.as_csv(events.iterator(chunk_size=2000))
    record(
        AuditAction.EXPORT,
        origin_of(request),
        Subject("audit", department_id=department.pk if department else None),
        format="csv",
    )
    name = f"audit-{department.slug if department else 'platform'}"
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": (
                f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.csv"'
            )
        },
    )
