"""Addresses under ``/d/<department>/``. The middleware takes the slug away."""

from django.urls import path

from transcription.evaluation_urls import evaluation_urls
from transcription.hotword_urls import department_urls, list_urls
from transcription.views import search, speech
from transcription.views.jobs import jobs
from transcription.views.media import media
from transcription.views.recogniser import department
from transcription.views.recordings import archive, recording, trash, upload
from transcription.views.transcripts import segments, speakers

app_name = "transcription"

_ONE = "recordings/<uuid:uuid>/"

urlpatterns = [
    path("", archive.archive, name="archive"),
    path("upload/", upload.upload, name="upload"),
    path("states/", jobs.job_states, name="job_states"),
    path("search/", search.search, name="search"),
    *list_urls,
    *department_urls,
    *evaluation_urls,
    path("trash/", trash.trash, name="trash"),
    path("engine/", department.engine, name="engine"),
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
    path(f"{_ONE}restore/", trash.restore, name="restore"),
    path(f"{_ONE}purge/", trash.purge, name="purge"),
    path(f"{_ONE}vad/", speech.vad, name="vad"),
    path(f"{_ONE}vad/keep/", speech.vad_keep, name="vad_keep"),
    path(f"{_ONE}vad/reset/", speech.vad_reset, name="vad_reset"),
    path(f"{_ONE}vad/<uuid:run>/status/", speech.vad_status, name="vad_status"),
    path(f"{_ONE}vad/<uuid:run>/cancel/", speech.vad_cancel, name="vad_cancel"),
    path(f"{_ONE}vad/<uuid:run>/<str:fmt>/", speech.vad_export, name="vad_export"),
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
