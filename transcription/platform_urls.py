"""Addresses under ``/platform/`` about transcription."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.http.navigation import Place, Section
from transcription.hotword_urls import company_hotword_urls
from transcription.views.recogniser import platform

RECOGNISER = Section("platform-engine", _("Recogniser"), "engine", Place.PLATFORM)

urlpatterns = [
    *RECOGNISER.pages(
        path("engine/", platform.engine, name="engine"),
        path("engine/workers/", platform.engine_workers, name="engine_workers"),
        path(
            "engine/workers/<int:worker_id>/",
            platform.engine_request,
            name="engine_request",
        ),
        path("engine/pause/", platform.intake_pause, name="intake_pause"),
        path("engine/resume/", platform.intake_resume, name="intake_resume"),
    ),
    *company_hotword_urls,
]
