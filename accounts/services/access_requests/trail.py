"""What becomes of a request, in the audit trail."""

from accounts.models.access_requests import AccessRequest
from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.services.audit.writing import Origin, record


def record_step(request: AccessRequest, origin: Origin, **detail: object) -> None:
    """One event for every department that it concerns: its auditors read their own."""
    detail = {"wish": request.kind, **detail}
    if role := request.details.get("role"):
        detail["role"] = role
    if request.details.get("is_platform_admin"):
        detail["is_platform_admin"] = True
    if request.note and "asked" in detail:
        detail["why"] = request.note
    about = _about(request)
    concerned: list[int | None] = [one.pk for one in request.departments.all()]
    for department_id in concerned or [None]:
        record(AuditAction.ACCESS, origin, about.within(department_id), **detail)


def _about(request: AccessRequest) -> Subject:
    """The account, or the name of one that is only wished for."""
    if request.target is not None:
        return request.target.audit_subject
    return Subject("user", name=str(request.details.get("username", "")))
