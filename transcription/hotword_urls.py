"""The addresses of hotword lists, the same in a department and on the platform."""

from types import ModuleType

from django.urls import URLPattern, path

_ONE = "hotwords/<uuid:uuid>/"


def hotword_urls(views: ModuleType) -> list[URLPattern]:
    """``hotwords/…`` answered by the views of this module."""
    return [
        path("hotwords/", views.hotword_lists, name="hotword_lists"),
        path("hotwords/new/", views.hotword_list_create, name="hotword_list_create"),
        path(_ONE, views.hotword_list, name="hotword_list"),
        path(f"{_ONE}edit/", views.hotword_list_edit, name="hotword_list_edit"),
        path(f"{_ONE}delete/", views.hotword_list_delete, name="hotword_list_delete"),
        path(f"{_ONE}toggle/", views.hotword_list_toggle, name="hotword_list_toggle"),
        path(f"{_ONE}add/", views.hotword_list_add, name="hotword_list_add"),
        path(f"{_ONE}paste/", views.hotword_list_paste, name="hotword_list_paste"),
        path(f"{_ONE}text/", views.hotword_list_text, name="hotword_list_text"),
        path(
            f"{_ONE}download/",
            views.hotword_list_download,
            name="hotword_list_download",
        ),
        path(f"{_ONE}words/<int:hotword_id>/", views.hotword_edit, name="hotword_edit"),
        path(
            f"{_ONE}words/<int:hotword_id>/delete/",
            views.hotword_delete,
            name="hotword_delete",
        ),
        path(
            f"{_ONE}publish/", views.hotword_list_publish, name="hotword_list_publish"
        ),
        path(
            f"{_ONE}discard/", views.hotword_list_discard, name="hotword_list_discard"
        ),
        path(f"{_ONE}versions/", views.hotword_versions, name="hotword_versions"),
        path(
            f"{_ONE}versions/<int:number>/restore/",
            views.hotword_version_restore,
            name="hotword_version_restore",
        ),
        path(
            f"{_ONE}proposals/<int:proposal_id>/accept/",
            views.hotword_proposal_accept,
            name="hotword_proposal_accept",
        ),
        path(
            f"{_ONE}proposals/<int:proposal_id>/decline/",
            views.hotword_proposal_decline,
            name="hotword_proposal_decline",
        ),
    ]


def suggestion_urls(views: ModuleType) -> list[URLPattern]:
    """Words that corrections ask for."""
    root = "hotwords/suggestions/"
    return [
        path(root, views.hotword_suggestions, name="hotword_suggestions"),
        path(
            f"{root}accept/",
            views.hotword_suggestion_accept,
            name="hotword_suggestion_accept",
        ),
        path(
            f"{root}dismiss/",
            views.hotword_suggestion_dismiss,
            name="hotword_suggestion_dismiss",
        ),
    ]


def department_hotword_urls(views: ModuleType) -> list[URLPattern]:
    """What only a department does: propose words, and do without the company's."""
    return [
        path(f"{_ONE}propose/", views.hotword_propose, name="hotword_propose"),
        path(f"{_ONE}here/", views.hotword_list_here, name="hotword_list_here"),
        path(f"{_ONE}word-here/", views.hotword_word_here, name="hotword_word_here"),
    ]


def rehearing_urls(views: ModuleType) -> list[URLPattern]:
    """Sentences of the archive heard again with a word."""
    one = "hotwords/rehearings/<uuid:uuid>/"
    return [
        path("hotwords/rehearings/", views.rehearing_order, name="rehearing_order"),
        path(one, views.rehearing, name="rehearing"),
        path(f"{one}status/", views.rehearing_status, name="rehearing_status"),
        path(f"{one}cancel/", views.rehearing_cancel, name="rehearing_cancel"),
    ]
