"""Watch folders: where call recorders drop their files, one for a department."""

from typing import Final

from django.db import models
from django.utils import timezone

from accounts.models.departments import Department

WATCH_PATH_MAX: Final = 1000


class WatchFolder(models.Model):
    """What the watcher says of a department's folder, for whoever looks after it, and
    which process has it in hand: another one stands by until the lease has run out.

    ``problem``: why files wait, as {language: sentence}; empty when none does.
    """

    department = models.OneToOneField(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    rule_fingerprint = models.CharField(max_length=64, blank=True)
    watcher = models.CharField(max_length=160, blank=True)
    lease_until = models.DateTimeField(default=timezone.now)
    looked_at = models.DateTimeField(default=timezone.now)
    waiting = models.PositiveIntegerField(default=0)
    problem = models.JSONField(default=dict)

    class Meta:
        ordering = ["department"]

    def __str__(self) -> str:
        return f"{self.department_id}"


class SettledFile(models.Model):
    """A file whose fate is decided and which still lies where the recorder put it: its
    recording has been made in the transaction that made this row, or ``note`` says why
    there is none. Gone once the file has been moved to ``done`` or ``failed``.

    ``path`` and ``sidecar`` are below the department's folder, with slashes; size and
    time of change say that it is still the same file.
    """

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    path = models.CharField(max_length=WATCH_PATH_MAX)
    size = models.PositiveBigIntegerField()
    mtime_ns = models.BigIntegerField()
    sidecar = models.CharField(max_length=WATCH_PATH_MAX, blank=True)
    note = models.TextField(blank=True)
    settled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "path"], name="settled_file_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.pk}"
