"""Addresses under ``/d/<department>/``. The middleware takes the slug away."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.http.guards import takes_files
from accounts.http.navigation import Place, Section
from accounts.people_urls import MEMBERS
from accounts.roles import Capability
from transcription.evaluation_urls import evaluation_urls
from transcription.hotword_urls import hotword_urls
from transcription.saved_search_urls import saved_search_paths
from transcription.views import (
    search,
    search_export,
    search_narrowing,
    search_way,
    speech,
)
from transcription.views.jobs import jobs
from transcription.views.media import heard, media
from transcription.views.notices import notices
from transcription.views.recogniser import department
from transcription.views.recordings import (
    agents,
    archive,
    details,
    exports,
    home,
    moving,
    readers,
    recording,
    selection,
    tags,
    trash,
    upload,
)
from transcription.views.recordings.importing import lists as import_lists
from transcription.views.recordings.importing import one as one_import
from transcription.views.transcripts import corrections, reading, segments, speakers

app_name = "transcription"

_ONE = "recordings/<uuid:uuid>/"
_EXPORT = "exports/<uuid:uuid>/"

HOME = Section("home", _("Home"), "home", Place.WORK)
ARCHIVE = Section("archive", _("Recordings"), "archive", Place.WORK)
UPLOAD = Section("upload", _("Upload"), "upload", Place.WORK, Capability.UPLOAD)
SEARCH = Section("search", _("Search"), "search", Place.WORK)
RECOGNISER = Section(
    *("engine", _("Recogniser"), "engine", Place.DEPARTMENT),
    Capability.MANAGE_DEPARTMENT,
)

urlpatterns = [
    *HOME.pages(path("home/", home.home, name="home")),
    *ARCHIVE.pages(
        path("", archive.archive, name="archive"),
        path("bulk/", selection.bulk, name="bulk"),
        path("bulk/undo/", selection.bulk_undo, name="bulk_undo"),
        path("exports/", exports.exports, name="exports"),
        path("exports/list/", exports.exports_list, name="exports_list"),
        path("exports/new/", exports.export_new, name="export_new"),
        path(_EXPORT, exports.export_run, name="export_run"),
        path(f"{_EXPORT}file/", exports.export_download, name="export_download"),
        path(f"{_EXPORT}cancel/", exports.export_cancel, name="export_cancel"),
        path(f"{_EXPORT}delete/", exports.export_delete, name="export_delete"),
        path("move/", moving.move, name="move"),
        path("tags/", tags.tags, name="tags"),
        path("trash/", trash.trash, name="trash"),
        path("trash/restore/", selection.bulk_restore, name="bulk_restore"),
        path(f"{_ONE}restore/", trash.restore, name="restore"),
        path(f"{_ONE}purge/", trash.purge, name="purge"),
        path("imports/", takes_files(import_lists.imports), name="imports"),
        path(
            "imports/template/<str:language>/",
            import_lists.template,
            name="import_template",
        ),
        path("imports/<uuid:uuid>/", one_import.archive_import, name="import"),
        path("imports/<uuid:uuid>/lines/", one_import.waiting, name="import_lines"),
        path(
            "imports/<uuid:uuid>/files/",
            takes_files(one_import.take),
            name="import_files",
        ),
        path("imports/<uuid:uuid>/errors/", one_import.errors, name="import_errors"),
        path("states/", jobs.job_states, name="job_states"),
        path(_ONE, recording.recording, name="recording"),
        path(f"{_ONE}edit/", details.recording_edit, name="recording_edit"),
        path(f"{_ONE}readers/", readers.recording_readers, name="readers"),
        path(f"{_ONE}media/", media.media, name="media"),
        path(f"{_ONE}heard/", heard.heard, name="heard"),
        path(f"{_ONE}original/", media.original, name="original"),
        path(f"{_ONE}export/<str:fmt>/", recording.export, name="export"),
        path(f"{_ONE}segments/", reading.segments, name="segments"),
        path(f"{_ONE}words/", reading.words, name="words"),
        path(f"{_ONE}find/", reading.find_places, name="find"),
        path(f"{_ONE}doubts/", reading.doubts, name="doubts"),
        path(f"{_ONE}text/", reading.whole_text, name="text"),
        path(f"{_ONE}copied/", reading.copied, name="copied"),
        path(f"{_ONE}print/", reading.print_page, name="print"),
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
        path(
            f"{_ONE}corrections/<uuid:correction_uuid>/",
            corrections.correction,
            name="correction",
        ),
        path(f"{_ONE}channels/swap/", speakers.channels_swap, name="channels_swap"),
        path(
            f"{_ONE}speakers/<int:speaker_id>/",
            speakers.speaker_rename,
            name="speaker_rename",
        ),
    ),
    *MEMBERS.pages(path("agents/", agents.agents, name="agents")),
    *UPLOAD.pages(path("upload/", takes_files(upload.upload), name="upload")),
    *SEARCH.pages(
        path("search/", search.search, name="search"),
        path(
            "search/export/<str:fmt>/",
            search_export.search_export,
            name="search_export",
        ),
        *saved_search_paths,
        path(
            "search/from/<uuid:uuid>/<str:to>/",
            search_way.search_step,
            name="search_step",
        ),
    ),
    path("search/places/", search_narrowing.search_places, name="search_places"),
    path("search/overview/", search_narrowing.search_overview, name="search_overview"),
    path(
        "search/elsewhere/", search_narrowing.search_elsewhere, name="search_elsewhere"
    ),
    *hotword_urls,
    *evaluation_urls,
    path("notices/", notices.notices, name="notices"),
    path("notices/badge/", notices.badge, name="notices_badge"),
    path("notices/read/", notices.read, name="notices_read"),
    *RECOGNISER.pages(path("engine/", department.engine, name="engine")),
]
