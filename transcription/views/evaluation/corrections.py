"""All corrected sentences of a department, taken to measure with."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.services.evaluation.corrections import take_corrections


@require_POST
@requires(Capability.MANAGE_HOTWORDS)
def take_all(request: DepartmentRequest) -> HttpResponseBase:
    """Then to the set, or back to the draft of the hotword list that the form names."""
    slug, named = request.department.slug, request.POST.get("list", "")
    try:
        to_try = UUID(named) if named else None
    except ValueError:
        raise Http404 from None
    try:
        target, count = take_corrections(
            membership=request.membership, origin=origin_of(request)
        )
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("transcription:evaluation", department=slug)
    sentence = ngettext(
        "%(count)s sentence was added.", "%(count)s sentences were added.", count
    )
    messages.success(request, sentence % {"count": count})
    if to_try:
        return redirect("transcription:hotword_try", department=slug, uuid=to_try)
    return redirect("transcription:reference_set", department=slug, uuid=target.uuid)
