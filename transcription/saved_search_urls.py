"""Addresses of saved searches, below the search's."""

from django.urls import path

from transcription.views.saved_searches import changing, listing

_ONE = "search/saved/<uuid:uuid>/"

saved_search_paths = (
    path("search/saved/", listing.saved_searches, name="saved_searches"),
    path("search/saved/new/", changing.saved_search_new, name="saved_search_new"),
    path(_ONE, listing.saved_search, name="saved_search"),
    path(f"{_ONE}open/", listing.saved_search_open, name="saved_search_open"),
    path(f"{_ONE}edit/", changing.saved_search_edit, name="saved_search_edit"),
    path(f"{_ONE}alerts/", changing.saved_search_alerts, name="saved_search_alerts"),
    path(f"{_ONE}delete/", changing.saved_search_delete, name="saved_search_delete"),
    path(f"{_ONE}restore/", changing.saved_search_restore, name="saved_search_restore"),
)
