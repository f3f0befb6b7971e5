"""Addresses under ``/platform/`` about transcription."""

from django.urls import path

from transcription.hotword_urls import hotword_urls
from transcription.views import company_hotwords, platform_engine

urlpatterns = [
    *hotword_urls(company_hotwords),
    path("engine/", platform_engine.engine, name="engine"),
    path("engine/workers/", platform_engine.engine_workers, name="engine_workers"),
    path(
        "engine/workers/<int:worker_id>/",
        platform_engine.engine_request,
        name="engine_request",
    ),
    path("engine/pause/", platform_engine.intake_pause, name="intake_pause"),
    path("engine/resume/", platform_engine.intake_resume, name="intake_resume"),
]
