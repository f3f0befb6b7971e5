"""The department that a key may see, and what all addresses below it have in common."""

from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models.members import Membership
from accounts.roles import Role
from transcription.api.jobs import caller
from transcription.api.schema import problems
from transcription.api.v1.paging import PageQuery, asked, page_schema
from transcription.models.recordings import Language


class DepartmentView(APIView):
    """An address below a department: the key's own, or there is nothing there."""

    parser_classes = [JSONParser]

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        # Taken away, as the middleware does for the pages: no handler sees it.
        if self.kwargs.pop("slug") != caller(request).department.slug:
            raise Http404


def own_url(request: Request, name: str, uuid: UUID) -> str:
    """The address of a thing of the key's department, ``name`` being its view's."""
    kwargs = {"slug": caller(request).department.slug, "uuid": uuid}
    return request.build_absolute_uri(reverse(f"api:v1:{name}", kwargs=kwargs))


class DepartmentSerializer(serializers.Serializer[Membership]):
    """A department, and what the key may do in it."""

    slug = serializers.SlugField(source="department.slug", max_length=40)
    name = serializers.CharField(source="department.name")
    role = serializers.ChoiceField(choices=Role.choices)
    default_language = serializers.ChoiceField(
        source="department.default_language", choices=Language.choices
    )
    default_itn = serializers.BooleanField(source="department.default_itn")
    default_punctuation = serializers.BooleanField(
        source="department.default_punctuation"
    )
    default_private = serializers.BooleanField(source="department.default_private")


class DepartmentsView(APIView):
    """The departments that the key may see: one."""

    @extend_schema(
        operation_id="departments",
        description=_(
            "The departments that the key may see. A key belongs to one membership, "
            "so there is one."
        ),
        parameters=[PageQuery],
        responses={
            200: page_schema(DepartmentSerializer),
            **problems(400, 401, 429),
        },
    )
    def get(self, request: Request) -> Response:
        asked(PageQuery, request)
        own = DepartmentSerializer(caller(request)).data
        return Response({"next": None, "previous": None, "results": [own]})


class OneDepartmentView(DepartmentView):
    """The key's department."""

    @extend_schema(
        operation_id="department",
        description=_("The department, what the key may do in it, and its defaults."),
        responses={200: DepartmentSerializer, **problems(401, 404, 429)},
    )
    def get(self, request: Request) -> Response:
        return Response(DepartmentSerializer(caller(request)).data)
