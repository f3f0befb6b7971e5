"""A chore's row. The app has no migrations: whoever wants the table makes it."""

from django.db import models

from accounts.models.departments import Department
from transcription.models.runs import JobQueue, LeasedRun, run_constraints


class Errand(LeasedRun):
    """It takes so many seconds."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    seconds = models.FloatField()
    queue = models.CharField(
        max_length=16, choices=JobQueue.choices, default=JobQueue.CHORES
    )

    class Meta:
        constraints = [*run_constraints("errand", [JobQueue.CHORES])]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def percent(self) -> int:
        return 0
