"""Pages of a list: a cursor says where one begins, so that what comes and goes
meanwhile moves nothing."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final, TypeVar, cast

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

CURSOR_MAX: Final = 4_000
LIMIT, LIMIT_MAX = 50, 200
Row = TypeVar("Row", bound=Model)


class PageQuery(serializers.Serializer[None]):
    """What every list may be asked."""

    cursor = serializers.CharField(
        required=False,
        max_length=CURSOR_MAX,
        help_text=_("Where the page begins, as next and previous say it."),
    )
    limit = serializers.IntegerField(
        required=False,
        default=LIMIT,
        min_value=1,
        max_value=LIMIT_MAX,
        help_text=_("How many the page has."),
    )


def asked(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What the address asks for; raises what is wrong with it."""
    query = kind(data=request.query_params)
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def wrong_cursor() -> serializers.ValidationError:
    """Somebody made it up, or it is of another list or order."""
    sentence = _("This cursor belongs to no page of this list.")
    return serializers.ValidationError({"cursor": [sentence]}, "cursor_wrong")


@cache
def page_schema(kind: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """For a view's ``responses``: a page of these."""
    name = kind.__name__.removesuffix("Serializer")
    help_text = _("The address of the page; null where there is none.")
    fields = {
        way: serializers.URLField(allow_null=True, help_text=help_text)
        for way in ("next", "previous")
    }
    return cast(
        "serializers.Serializer[Any]",
        inline_serializer(f"{name}Page", {**fields, "results": kind(many=True)}),
    )


def link(request: Request, cursor: str) -> str | None:
    """The same list from there on."""
    if not cursor:
        return None
    return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor))


class NumberedPages(CursorPagination):
    """A list in the order of a whole number that is each row's own."""

    page_size = LIMIT
    page_size_query_param = "limit"
    max_page_size = LIMIT_MAX

    def __init__(self, ordering: str = "-pk") -> None:
        self._order = (ordering,)

    def get_ordering(self, *_args: object) -> tuple[str, ...]:
        return self._order

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            found = super().decode_cursor(request)
        except NotFound:
            raise wrong_cursor() from None
        if found and not _is_number(str(found.position)):
            raise wrong_cursor()
        return found

    def rows(self, queryset: QuerySet[Row], request: Request) -> list[Row]:
        """Those of the page that is asked for."""
        return list(self.paginate_queryset(queryset, request) or [])

    def answer(self, results: Iterable[object]) -> dict[str, object]:
        """The answer with them, as they are told."""
        return {
            "next": self.get_next_link(),
            "previous": self.get_previous_link(),
            "results": results,
        }


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
