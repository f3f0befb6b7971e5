"""What a player tells of its person: which stretches were heard."""

from http import HTTPStatus
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http.activity import polled
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.recordings import access_recording
from transcription.forms.listening import HeardForm
from transcription.services.readers.listening import APART, note_heard


@polled
@require_POST
def heard(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """Told again and again while it plays; of a sitting one entry of the trail."""
    found = access_recording(request.membership, uuid, Capability.READ)
    form = HeardForm(request.POST)
    if not form.is_valid():
        return unusable(form)
    is_noted = note_heard(
        recording=found,
        user=request.user,
        origin=origin_of(request),
        stretches=form.cleaned_data["stretches"],
    )
    return HttpResponse(status=204) if is_noted else _too_soon()


def unusable(form: Form) -> HttpResponse:
    """422: what a script told makes no sense."""
    [(field, errors), *_others] = form.errors.as_data().items()
    told = {"code": errors[0].code, "message": str(form.errors[field][0])}
    return JsonResponse(told, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _too_soon() -> HttpResponse:
    told = {"code": "too_soon", "message": _("Told too often. Tell it again later.")}
    response = JsonResponse(told, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = f"{APART.total_seconds():.0f}"
    return response
