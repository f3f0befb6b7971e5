"""Addresses under ``/platform/`` about transcription: the company's hotwords."""

from transcription.hotword_urls import hotword_urls
from transcription.views import company_hotwords

urlpatterns = hotword_urls(company_hotwords)
