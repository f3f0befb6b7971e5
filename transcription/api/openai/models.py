"""``/v1/models``: which names a client may ask for."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from transcription.api.errors import Problem
from transcription.api.openai.dialect import OpenAiView
from transcription.api.openai.names import model_names

OWNER = "shengwen"


class ModelsView(OpenAiView):
    """All names."""

    def get(self, request: Request) -> Response:
        models = [_described(name) for name in model_names()]
        return Response({"object": "list", "data": models})


class ModelView(OpenAiView):
    """One name."""

    def get(self, request: Request, model: str) -> Response:
        require_model(model)
        return Response(_described(model))


def require_model(name: str) -> None:
    """Raise the dialect's 404 unless the name is known."""
    if name not in model_names():
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "model_not_found",
            _("There is no model of this name here. /v1/models lists them."),
        )


def _described(name: str) -> dict[str, object]:
    # When a model was made is not known here, and the clients want a number.
    return {"id": name, "object": "model", "created": 0, "owned_by": OWNER}
