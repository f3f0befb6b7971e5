"""Addresses under ``/platform/`` about transcription."""

from django.urls import path

from transcription.hotword_urls import list_urls
from transcription.views.recogniser import platform

urlpatterns = [
    *list_urls,
    path("engine/", platform.engine, name="engine"),
    path("engine/workers/", platform.engine_workers, name="engine_workers"),
    path(
        "engine/workers/<int:worker_id>/",
        platform.engine_request,
        name="engine_request",
    ),
    path("engine/pause/", platform.intake_pause, name="intake_pause"),
    path("engine/resume/", platform.intake_resume, name="intake_resume"),
]
