"""How often somebody was refused at the same address, within the same minute.

Beside the audit trail, whose rows never change: the first refusal is written there at
once, the others are counted here and follow as one row. A script that is refused a
thousand times a second fills no disk.
"""

from django.conf import settings
from django.db import models


class RefusedAttempts(models.Model):
    """A person, a kind of address, and the minute that is being counted."""

    key = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.CharField(max_length=200)  # the last one of its kind
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    not_written = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(not_written__gte=0),
                name="refused_attempts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.address} +{self.not_written}"
