"""Addresses under ``/d/<department>/``. The middleware takes the slug away."""

from django.urls import path

from transcription.evaluation_urls import evaluation_urls
from transcription.hotword_urls import (
    department_hotword_urls,
    hotword_urls,
    rehearing_urls,
    suggestion_urls,
)
from transcription.views import (
    archive,
    department_hotwords,
    engine,
    hotword_revisions,
    hotword_suggestions,
    hotwords,
    jobs,
    media,
    recordings,
    rehearings,
    search,
    segments,
    speakers,
    trash,
    upload,
    vad,
)

app_name = "transcription"

_ONE = "recordings/<uuid:uuid>/"

urlpatterns = [
    path("", archive.archive, name="archive"),
    path("upload/", upload.upload, name="upload"),
    path("states/", jobs.job_states, name="job_states"),
    path("search/", search.search, name="search"),
    *hotword_urls(hotwords),
    path(
        "hotwords/archive/", hotword_revisions.hotword_archive, name="hotword_archive"
    ),
    path(
        "hotwords/revisions/<uuid:uuid>/undo/",
        hotword_revisions.hotword_revision_undo,
        name="hotword_revision_undo",
    ),
    *rehearing_urls(rehearings),
    *evaluation_urls,
    *department_hotword_urls(department_hotwords),
    *suggestion_urls(hotword_suggestions),
    path("trash/", trash.trash, name="trash"),
    path("engine/", engine.engine, name="engine"),
    path(_ONE, recordings.recording, name="recording"),
    path(f"{_ONE}edit/", recordings.recording_edit, name="recording_edit"),
    path(f"{_ONE}media/", media.media, name="media"),
    path(f"{_ONE}original/", media.original, name="original"),
    path(f"{_ONE}export/<str:fmt>/", recordings.export, name="export"),
    path(f"{_ONE}words/", segments.words, name="words"),
    path(f"{_ONE}status/", jobs.job_status, name="job_status"),
    path(f"{_ONE}retry/", jobs.job_retry, name="job_retry"),
    path(f"{_ONE}cancel/", jobs.job_cancel, name="job_cancel"),
    path(f"{_ONE}delete/", recordings.delete, name="delete"),
    path(f"{_ONE}restore/", trash.restore, name="restore"),
    path(f"{_ONE}purge/", trash.purge, name="purge"),
    path(f"{_ONE}vad/", vad.vad, name="vad"),
    path(f"{_ONE}vad/keep/", vad.vad_keep, name="vad_keep"),
    path(f"{_ONE}vad/reset/", vad.vad_reset, name="vad_reset"),
    path(f"{_ONE}vad/<uuid:run>/status/", vad.vad_status, name="vad_status"),
    path(f"{_ONE}vad/<uuid:run>/cancel/", vad.vad_cancel, name="vad_cancel"),
    path(f"{_ONE}vad/<uuid:run>/<str:fmt>/", vad.vad_export, name="vad_export"),
    path(
        f"{_ONE}segments/<int:segment_id>/", segments.segment_edit, name="segment_edit"
    ),
    path(f"{_ONE}channels/swap/", speakers.channels_swap, name="channels_swap"),
    path(
        f"{_ONE}speakers/<int:speaker_id>/",
        speakers.speaker_rename,
        name="speaker_rename",
    ),
]
