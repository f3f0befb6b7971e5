"""Every address of the portal. A department's pages live under ``/d/<slug>/``; the
middleware takes the slug away: views behind it get ``request.membership`` instead."""

from django.urls import include, path

from accounts import platform_urls as accounts_platform
from portal.pages import manual, views
from transcription import platform_urls as transcription_platform

platform_patterns = [
    *accounts_platform.urlpatterns,
    *transcription_platform.urlpatterns,
]
urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.health, name="health"),
    path("help/", manual.contents, name="help"),
    path("help/<slug:slug>/", manual.chapter, name="help_chapter"),
    path("preferences/theme/", views.theme, name="theme"),
    path("preferences/language/", views.language, name="set_language"),
    path("accounts/", include("accounts.urls")),
    path("d/<slug:department>/", include("accounts.people_urls")),
    path("d/<slug:department>/", include("transcription.urls")),
    path("platform/", include((platform_patterns, "platform"))),
    path("api/", include("transcription.api.urls")),
    path("v1/", include("transcription.api.openai.urls")),
]

handler400 = "portal.pages.views.bad_request"
handler403 = "portal.pages.views.permission_denied"
handler404 = "portal.pages.views.not_found"
handler500 = "portal.pages.views.server_error"
