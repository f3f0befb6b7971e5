"""The hits of a search as a file."""

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.forms.search import SearchForm
from transcription.models.recordings import Recording
from transcription.services.search.export.exporting import FORMATS, export_hits
from transcription.services.search.export.rows import AddressOf
from transcription.services.search.hits import Hit
from transcription.views.media.downloads import attachment
from transcription.views.media.media import AsyncChunks, Chunks


@require_safe
@requires(Capability.SEARCH)
def search_export(request: DepartmentRequest, fmt: str) -> HttpResponseBase:
    """All places that the page would show. What cannot be asked leads to the page,
    which says why."""
    if fmt not in FORMATS:
        raise Http404
    form = SearchForm(request.GET, membership=request.membership)
    slug = request.department.slug
    try:
        made = export_hits(
            membership=request.membership,
            origin=origin_of(request),
            query=form.query,
            fmt=fmt,
            address_of=_addresses(request),
            filters=form.filters(),
            by_sound=form.by_sound,
        )
    except Refused:
        page = reverse("transcription:search", kwargs={"department": slug})
        return redirect(f"{page}?{request.GET.urlencode()}")
    is_later = isinstance(request, ASGIRequest)
    chunks = AsyncChunks(made.file) if is_later else Chunks(made.file)
    response = StreamingHttpResponse(chunks, content_type=made.content_type)
    name = _("Hits of %(question)s") % {"question": form.query[:60]}
    return attachment(response, f"{name} {timezone.localdate():%Y%m%d}.{fmt}")


def _addresses(request: DepartmentRequest) -> AddressOf:
    """Absolute: a file leaves the portal, and its links lead back."""

    def address_of(recording: Recording, hit: Hit | None) -> str:
        kwargs = {"department": request.department.slug, "uuid": recording.uuid}
        page = root + reverse("transcription:recording", kwargs=kwargs)
        if hit is None:
            return page
        return f"{page}?t={hit.start_ms / 1000:g}#s{hit.segment.pk}"

    root = request.build_absolute_uri("/").rstrip("/")
    return address_of
