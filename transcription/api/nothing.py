"""Addresses under ``/api/`` that do not exist."""

from django.http import Http404, HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView


@extend_schema(exclude=True)
class NothingView(APIView):
    """404 as a problem document, whoever asks and however."""

    authentication_classes = []
    permission_classes = []

    def initial(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        raise Http404

    def get(self, request: HttpRequest) -> Response:
        raise Http404
