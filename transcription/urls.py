"""Addresses under ``/d/<department>/``. The middleware takes the slug away."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.http.guards import takes_files
from accounts.http.navigation import Place, Section
from accounts.roles import Capability
from transcription.evaluation_urls import evaluation_urls
from transcription.hotword_urls import hotword_urls
from transcription.views import search, speech
from transcription.views.jobs import jobs
from transcription.views.media import media
from transcription.views.recogniser import department
from transcription.views.recordings import archive, recording, trash, upload
from transcription.views.transcripts import segments, speakers

app_name = "transcription"

_ONE = "recordings/<uuid:uuid>/"

ARCHIVE = Section("archive", _("Recordings"), "archive", Place.WORK)
UPLOAD = Section("upload", _("Upload"), "upload", Place.WORK, Capability.UPLOAD)
SEARCH = Section("search", _("Search"), "search", Place.WORK)
TRASH = Section("trash", _("Trash"), "trash", Place.WORK, Capability.UPLOAD)
RECOGNISER = Section("engine", _("Recogniser"), "engine", Place.DEPARTMENT)

urlpatterns = [
    *ARCHIVE.pages(
        path("", archive.archive, name="archive"),
        path("states/", jobs.job_states, name="job_states"),
        path(_ONE, recording.recording, name="recording"),
        path(f"{_ONE}edit/", recording.recording_edit, name="recording_edit"),
        path(f"{_ONE}media/", media.media, name="media"),
        path(f"{_ONE}original/", media.original, name="original"),
        path(f"{_ONE}export/<str:fmt>/", recording.export, name="export"),
        path(f"{_ONE}words/", segments.words, name="words"),
        path(f"{_ONE}status/", jobs.job_status, name="job_status"),
        path(f"{_ONE}retry/", jobs.job_retry, name="job_retry"),
        path(f"{_ONE}cancel/", jobs.job_cancel, name="job_cancel"),
        path(f"{_ONE}delete/", recording.delete, name="delete"),
        path(f"{_ONE}vad/", speech.vad, name="vad"),
        path(f"{_ONE}vad/keep/", speech.vad_keep, name="vad_keep"),
        path(f"{_ONE}vad/reset/", speech.vad_reset, name="vad_reset"),
        path(f"{_ONE}vad/<uuid:run>/status/", speech.vad_status, name="vad_status"),
        path(f"{_ONE}vad/<uuid:run>/cancel/", speech.vad_cancel, name="vad_cancel"),
        path(f"{_ONE}vad/<uuid:run>/<str:fmt>/", speech.vad_export, name="vad_export"),
        path(
            f"{_ONE}segments/<int:segment_id>/",
            segments.segment_edit,
            name="segment_edit",
        ),
        path(f"{_ONE}channels/swap/", speakers.channels_swap, name="channels_swap"),
        path(
            f"{_ONE}speakers/<int:speaker_id>/",
            speakers.speaker_rename,
            name="speaker_rename",
        ),
    ),
    *UPLOAD.pages(path("upload/", takes_files(upload.upload), name="upload")),
    *SEARCH.pages(path("search/", search.search, name="search")),
    *hotword_urls,
    *evaluation_urls,
    *TRASH.pages(
        path("trash/", trash.trash, name="trash"),
        path(f"{_ONE}restore/", trash.restore, name="restore"),
        path(f"{_ONE}purge/", trash.purge, name="purge"),
    ),
    *RECOGNISER.pages(path("engine/", department.engine, name="engine")),
]
