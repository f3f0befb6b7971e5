"""The API's addresses."""

from django.urls import include, path, re_path

from accounts.http.guards import takes_files
from transcription.api.jobs import CancelView, JobView, RetryView
from transcription.api.nothing import NothingView
from transcription.api.schema import SchemaView, docs
from transcription.api.transcribe import TranscribeView

app_name = "api"

urlpatterns = [
    path("transcribe", takes_files(TranscribeView.as_view()), name="transcribe"),
    path("jobs/<uuid:uuid>", JobView.as_view(), name="job"),
    path("jobs/<uuid:uuid>/cancel", CancelView.as_view(), name="job_cancel"),
    path("jobs/<uuid:uuid>/retry", RetryView.as_view(), name="job_retry"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("v1/", include("transcription.api.v1.urls")),
    # An address that does not exist answers as the API answers, not with a page.
    re_path(r"^[\s\S]*$", NothingView.as_view(), name="nothing"),
]
