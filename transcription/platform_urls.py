"""Addresses under ``/platform/`` about transcription."""

from django.urls import path

from transcription.hotword_urls import hotword_urls
from transcription.views import company_hotwords
from transcription.views.engine import platform_engine

urlpatterns = [
    *hotword_urls(company_hotwords),
    path("engine/", platform_engine, name="engine"),
]
