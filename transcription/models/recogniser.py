"""The worker processes as they report themselves, and what they are asked to do."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.audit.subjects import Subject
from accounts.models.people import User
from transcription.models.runs import RECOGNISING, JobQueue, queue_in


class EngineWorker(models.Model):
    """One worker process of a cluster that recognises. It writes its own row: when it
    starts, around each task, and every few seconds. A row that nobody writes any more
    is removed after a while."""

    name = models.CharField(max_length=120, unique=True)  # as on a job
    host = models.CharField(max_length=80)
    pid = models.PositiveIntegerField()
    queue = models.CharField(max_length=16, choices=JobQueue.choices)
    is_busy = models.BooleanField(default=False)
    # The engines in its memory: [{"model": …, "device": …}, …]; on a graphics card with
    # "batch_seconds", the most audio in its next call, and "bytes_per_second" of it.
    engines = models.JSONField(default=list)
    resident_bytes = models.PositiveBigIntegerField()
    host_free_bytes = models.PositiveBigIntegerField()
    host_total_bytes = models.PositiveBigIntegerField()
    gpu_name = models.CharField(max_length=80, blank=True)
    gpu_free_bytes = models.PositiveBigIntegerField(null=True)
    gpu_total_bytes = models.PositiveBigIntegerField(null=True)
    gpu_peak_bytes = models.PositiveBigIntegerField(null=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["host", "queue", "pid"]
        constraints = [
            models.CheckConstraint(
                condition=queue_in(RECOGNISING),
                name="engine_worker_queue_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host} {self.pid}"

    @property
    def audit_subject(self) -> Subject:
        return Subject("engine", self.pk, str(self))


class EngineAction(models.TextChoices):
    """What a worker does between two tasks when it is asked to."""

    LOAD = "load", _("Load a model")
    UNLOAD = "unload", _("Unload the models")
    CLEAR_CACHE = "clear_cache", _("Clear the cache")


class RequestState(models.TextChoices):
    """``pending → done | failed``."""

    PENDING = "pending", _("Waiting for the worker")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class EngineRequest(models.Model):
    """A platform admin's request to one worker; gone when the worker is."""

    worker = models.ForeignKey(
        EngineWorker, on_delete=models.CASCADE, related_name="requests"
    )
    action = models.CharField(max_length=16, choices=EngineAction.choices)
    language = models.CharField(max_length=8, blank=True)  # whose engine to load
    requested_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(
        max_length=16, choices=RequestState.choices, default=RequestState.PENDING
    )
    error_code = models.CharField(max_length=40, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "action", "language"],
                condition=Q(state=RequestState.PENDING),
                name="engine_request_once",
            ),
            models.CheckConstraint(
                condition=Q(action__in=EngineAction.values),
                name="engine_request_action_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values),
                name="engine_request_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.state}"


class IntakePause(models.Model):
    """While its row is there, workers that recognise claim nothing; uploads are taken
    and wait."""

    is_only = models.BooleanField(default=True, unique=True, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    paused_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    paused_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_only=True), name="intake_pause_is_only"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paused_at:%Y-%m-%d %H:%M}"
