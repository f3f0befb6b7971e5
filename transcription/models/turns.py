"""Whose turn it is at the workers."""

from django.db import models
from django.utils import timezone

from accounts.models.departments import Department
from transcription.models.runs import JobQueue, queue_in


class DepartmentTurn(models.Model):
    """When a queue's workers last took something of a department's, and where in the
    queue's own time that began and ended (``services.runs.queue.turns``, which alone
    writes it)."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    queue = models.CharField(max_length=16, choices=JobQueue.choices)
    served_at = models.DateTimeField(default=timezone.now)
    began = models.FloatField(default=0)
    ended = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department", "queue"], name="department_turn_once"
            ),
            models.CheckConstraint(
                condition=queue_in(JobQueue),
                name="department_turn_queue_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.queue}"
