"""Addresses under ``/api/v1/``. Every one ends in a slash."""

from django.urls import include, path

from accounts.http.guards import takes_files
from transcription.api.v1.department import DepartmentsView, OneDepartmentView
from transcription.api.v1.hotwords import (
    HotwordDraftView,
    HotwordListsView,
    HotwordListView,
    HotwordPublishView,
)
from transcription.api.v1.jobs import (
    DepartmentJobCancelView,
    DepartmentJobRetryView,
    DepartmentJobView,
    JobsView,
)
from transcription.api.v1.recordings.archive import (
    RecordingsView,
    RecordingView,
    RestoreView,
    TrashView,
)
from transcription.api.v1.recordings.exports import ExportView
from transcription.api.v1.recordings.transcripts import (
    CorrectionView,
    SegmentsView,
    SegmentView,
    TranscriptView,
)
from transcription.api.v1.search import SearchView

app_name = "v1"

_RECORDING = "recordings/<uuid:uuid>/"
_SEGMENT = f"{_RECORDING}segments/<int:segment_id>/"
_LIST = "hotword-lists/<uuid:uuid>/"
_JOB = "jobs/<uuid:uuid>/"

_of_department = [
    path("", OneDepartmentView.as_view(), name="department"),
    path("recordings/", takes_files(RecordingsView.as_view()), name="recordings"),
    path(_RECORDING, RecordingView.as_view(), name="recording"),
    path(f"{_RECORDING}restore/", RestoreView.as_view(), name="restore"),
    path(f"{_RECORDING}transcript/", TranscriptView.as_view(), name="transcript"),
    path(f"{_RECORDING}segments/", SegmentsView.as_view(), name="segments"),
    path(_SEGMENT, SegmentView.as_view(), name="segment"),
    path(f"{_SEGMENT}correction/", CorrectionView.as_view(), name="correction"),
    path(f"{_RECORDING}export/<str:fmt>/", ExportView.as_view(), name="export"),
    path("trash/", TrashView.as_view(), name="trash"),
    path("jobs/", JobsView.as_view(), name="jobs"),
    path(_JOB, DepartmentJobView.as_view(), name="job"),
    path(f"{_JOB}cancel/", DepartmentJobCancelView.as_view(), name="job_cancel"),
    path(f"{_JOB}retry/", DepartmentJobRetryView.as_view(), name="job_retry"),
    path("search/", SearchView.as_view(), name="search"),
    path("hotword-lists/", HotwordListsView.as_view(), name="hotword_lists"),
    path(_LIST, HotwordListView.as_view(), name="hotword_list"),
    path(f"{_LIST}draft/", HotwordDraftView.as_view(), name="hotword_draft"),
    path(f"{_LIST}publish/", HotwordPublishView.as_view(), name="hotword_publish"),
]

urlpatterns = [
    path("departments/", DepartmentsView.as_view(), name="departments"),
    path("departments/<slug:slug>/", include(_of_department)),
]
