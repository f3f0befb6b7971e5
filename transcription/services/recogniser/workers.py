"""What the platform's page tells about the worker processes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from transcription.engine.base import EngineError
from transcription.models.recogniser import EngineRequest, EngineWorker
from transcription.models.runs import JobState
from transcription.services.recogniser.choice import configured_choice
from transcription.services.recogniser.holder import jobs_at_once
from transcription.services.recogniser.orders import SILENT_SECONDS
from transcription.services.recogniser.words import language_list, model_label
from transcription.services.runs.kind import RunKind

_LANGUAGES = ("zh", "en", "ja")
_SHOWN_REQUESTS = 3


@dataclass(frozen=True, slots=True)
class WorkLine:
    """What a worker has in hand. No title: the platform reads no contents."""

    department: str
    percent: int
    kind: str  # as people call it


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """A worker's row with its work and the newest requests to it."""

    worker: EngineWorker
    work: tuple[WorkLine, ...]
    requests: tuple[EngineRequest, ...]
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Loadable:
    """An engine that a worker can load: the first language that it is chosen for."""

    language: str
    label: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable of the environment as this process has read it."""

    name: str
    value: object


def has_worker() -> bool:
    """Whether a process that recognises has reported itself lately."""
    return EngineWorker.objects.filter(seen_at__gte=_silent_since()).exists()


def _silent_since() -> datetime:
    return timezone.now() - timedelta(seconds=SILENT_SECONDS)


def worker_lines(kinds: Iterable[RunKind[Any]]) -> list[WorkerLine]:
    """Every process that reports itself, with its runs of these kinds."""
    work = _work(kind for kind in kinds if kind.recognises)
    requests: dict[int, list[EngineRequest]] = {}
    for request in EngineRequest.objects.select_related("requested_by"):
        of_worker = requests.setdefault(request.worker_id, [])
        if len(of_worker) < _SHOWN_REQUESTS:
            of_worker.append(request)
    silent_since = _silent_since()
    return [
        WorkerLine(
            worker=worker,
            work=tuple(work.get(worker.name, [])),
            requests=tuple(requests.get(worker.pk, [])),
            is_silent=worker.seen_at < silent_since,
        )
        for worker in EngineWorker.objects.all()
    ]


def _work(kinds: Iterable[RunKind[Any]]) -> dict[str, list[WorkLine]]:
    """What runs, by the name of the worker that has it."""
    found: dict[str, list[WorkLine]] = {}
    for kind in kinds:
        running = kind.rows().filter(state=JobState.RUNNING)
        for run in running.annotate(department_name=F(f"{kind.department}__name")):
            line = WorkLine(run.department_name, run.percent, str(kind.title))
            found.setdefault(run.worker, []).append(line)
    return found


def loadable_engines() -> list[Loadable]:
    """The engines that jobs can get with what is installed, the usual one first."""
    found: dict[str, Loadable] = {}
    for language in ("", *_LANGUAGES):
        try:
            choice = configured_choice(language)
        except EngineError:
            continue
        label = model_label(choice)
        if language and choice.name not in found:
            label = f"{label} ({language_list([language])})"
        found.setdefault(choice.name, Loadable(language, label))
    return list(found.values())


def batch_settings() -> list[Setting]:
    """What decides how much is worked on at once."""
    clusters = settings.Q_CLUSTER
    return [
        Setting("SHENGWEN_BATCH_WORKERS", clusters["ALT_CLUSTERS"]["batch"]["workers"]),
        Setting("SHENGWEN_JOBS_AT_ONCE", jobs_at_once()),
        Setting("SHENGWEN_ENGINE_THREADS", settings.ENGINE_THREADS),
        Setting("SHENGWEN_INTERACTIVE_MAX_MB", settings.INTERACTIVE_MAX_BYTES // 2**20),
        Setting("SHENGWEN_INTERACTIVE_MAX_MINUTES", settings.INTERACTIVE_MAX_MINUTES),
        Setting("SHENGWEN_JOB_LEASE_SECONDS", settings.JOB_LEASE_SECONDS),
        Setting("SHENGWEN_JOB_MAX_ATTEMPTS", settings.JOB_MAX_ATTEMPTS),
    ]
