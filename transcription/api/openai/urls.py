"""The addresses of the OpenAI dialect, below ``/v1/``."""

from django.urls import path, re_path

from accounts.http.guards import takes_files
from transcription.api.openai.dialect import NothingView
from transcription.api.openai.models import ModelsView, ModelView
from transcription.api.openai.transcriptions import TranscriptionsView

app_name = "openai"

urlpatterns = [
    path(
        "audio/transcriptions",
        takes_files(TranscriptionsView.as_view()),
        name="transcriptions",
    ),
    path("models", ModelsView.as_view(), name="models"),
    path("models/<str:model>", ModelView.as_view(), name="model"),
    re_path(r"^[\s\S]*$", NothingView.as_view(), name="nothing"),
]
