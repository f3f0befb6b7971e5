"""The addresses of hotword pages; those of lists are the same on the platform."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.http.navigation import Place, Section
from transcription.views.evaluation import trials
from transcription.views.hotwords import (
    here,
    lists,
    proposals,
    suggestions,
    usage,
    versions,
    whole_list,
    words,
)
from transcription.views.revisions import re_recognitions, revisions

_ONE = "hotwords/<uuid:uuid>/"
_WORD = f"{_ONE}words/<int:hotword_id>/"
_PROPOSAL = f"{_ONE}proposals/<int:proposal_id>/"
_RE_RECOGNITION = "hotwords/rehearings/<uuid:uuid>/"
_SUGGESTIONS = "hotwords/suggestions/"

HOTWORDS = Section("hotwords", _("Hotwords"), "hotwords", Place.WORK)
COMPANY_HOTWORDS = Section(
    "platform-hotwords", _("Company hotwords"), "hotwords", Place.PLATFORM
)

_list_urls = [
    path("hotwords/", lists.hotword_lists, name="hotword_lists"),
    path("hotwords/new/", lists.create, name="hotword_list_create"),
    path(_ONE, lists.hotword_list, name="hotword_list"),
    path(f"{_ONE}edit/", lists.edit, name="hotword_list_edit"),
    path(f"{_ONE}delete/", lists.delete, name="hotword_list_delete"),
    path(f"{_ONE}toggle/", lists.toggle, name="hotword_list_toggle"),
    path(f"{_ONE}text/", whole_list.text, name="hotword_list_text"),
    path(f"{_ONE}download/", lists.download, name="hotword_list_download"),
    path(f"{_ONE}add/", words.add, name="hotword_list_add"),
    path(f"{_ONE}paste/", words.paste, name="hotword_list_paste"),
    path(_WORD, words.edit_page, name="hotword_edit"),
    path(f"{_WORD}delete/", words.remove, name="hotword_delete"),
    path(f"{_ONE}publish/", versions.publish, name="hotword_list_publish"),
    path(f"{_ONE}discard/", versions.discard, name="hotword_list_discard"),
    path(f"{_ONE}bring-back/", versions.bring_back, name="hotword_list_bring_back"),
    path(f"{_ONE}versions/", versions.history, name="hotword_versions"),
    path(
        f"{_ONE}versions/<int:number>/restore/",
        versions.restore,
        name="hotword_version_restore",
    ),
    path(f"{_ONE}proposals/", proposals.answer, name="hotword_proposals_answer"),
    path(f"{_PROPOSAL}accept/", proposals.accept, name="hotword_proposal_accept"),
    path(f"{_PROPOSAL}decline/", proposals.decline, name="hotword_proposal_decline"),
]

_department_urls = [
    path("hotwords/archive/", revisions.hotword_archive, name="hotword_archive"),
    path(
        "hotwords/revisions/<uuid:uuid>/undo/",
        revisions.hotword_revision_undo,
        name="hotword_revision_undo",
    ),
    path("hotwords/rehearings/", re_recognitions.order, name="rehearing_order"),
    path(_RE_RECOGNITION, re_recognitions.re_recognition, name="rehearing"),
    path(f"{_RE_RECOGNITION}status/", re_recognitions.status, name="rehearing_status"),
    path(f"{_RE_RECOGNITION}cancel/", re_recognitions.cancel, name="rehearing_cancel"),
    path(f"{_ONE}try/", trials.hotword_try, name="hotword_try"),
    path(f"{_ONE}propose/", here.hotword_propose, name="hotword_propose"),
    path(f"{_ONE}here/", here.hotword_list_here, name="hotword_list_here"),
    path(f"{_ONE}word-here/", here.hotword_word_here, name="hotword_word_here"),
    path("hotwords/usage/", usage.hotword_usage, name="hotword_usage"),
    path(_SUGGESTIONS, suggestions.hotword_suggestions, name="hotword_suggestions"),
    path(
        f"{_SUGGESTIONS}answer/",
        suggestions.hotword_suggestions_answer,
        name="hotword_suggestions_answer",
    ),
    path(
        f"{_SUGGESTIONS}accept/",
        suggestions.hotword_suggestion_accept,
        name="hotword_suggestion_accept",
    ),
    path(
        f"{_SUGGESTIONS}dismiss/",
        suggestions.hotword_suggestion_dismiss,
        name="hotword_suggestion_dismiss",
    ),
]
hotword_urls = HOTWORDS.pages(*_list_urls, *_department_urls)
company_hotword_urls = COMPANY_HOTWORDS.pages(
    *_list_urls,
    path("hotwords/letter-words/", versions.letter_words, name="letter_words"),
)
