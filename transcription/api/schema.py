"""The OpenAPI document, the page that shows it, and what both need to know."""

from typing import Any

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, inline_serializer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers

from transcription.api.problem import PROBLEM_TYPE

_PROBLEM = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "code": serializers.CharField(
            help_text=_("Stable; the list is in docs/api.md.")
        ),
        "detail": serializers.CharField(help_text=_("A sentence for people.")),
    },
)


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """For a view's ``responses``: the problem documents that it may answer with."""
    return {
        (status, PROBLEM_TYPE): OpenApiResponse(
            _PROBLEM, description=_("A problem document (RFC 9457).")
        )
        for status in statuses
    }


class SchemaView(SpectacularAPIView):  # type: ignore[misc]
    """The document. It names no department and no person, so everybody may read it."""

    authentication_classes = ()


# Swagger UI sets style attributes on its own elements and draws data: images.
@method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):  # type: ignore[misc]
    """Swagger UI from our own static files."""

    authentication_classes = ()
    url_name = "api:schema"
