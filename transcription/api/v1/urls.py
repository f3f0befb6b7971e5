"""Addresses under ``/api/v1/``. Every one ends in a slash."""

from django.urls import include, path

from transcription.api.v1.department import DepartmentsView, OneDepartmentView
from transcription.api.v1.jobs import (
    DepartmentJobCancelView,
    DepartmentJobRetryView,
    DepartmentJobView,
    JobsView,
)
from transcription.api.v1.recordings import (
    RecordingsView,
    RecordingView,
    RestoreView,
    TrashView,
)

app_name = "v1"

_RECORDING = "recordings/<uuid:uuid>/"
_JOB = "jobs/<uuid:uuid>/"

_of_department = [
    path("", OneDepartmentView.as_view(), name="department"),
    path("recordings/", RecordingsView.as_view(), name="recordings"),
    path(_RECORDING, RecordingView.as_view(), name="recording"),
    path(f"{_RECORDING}restore/", RestoreView.as_view(), name="restore"),
    path("trash/", TrashView.as_view(), name="trash"),
    path("jobs/", JobsView.as_view(), name="jobs"),
    path(_JOB, DepartmentJobView.as_view(), name="job"),
    path(f"{_JOB}cancel/", DepartmentJobCancelView.as_view(), name="job_cancel"),
    path(f"{_JOB}retry/", DepartmentJobRetryView.as_view(), name="job_retry"),
]

urlpatterns = [
    path("departments/", DepartmentsView.as_view(), name="departments"),
    path("departments/<slug:slug>/", include(_of_department)),
]
