"""The passwords that a person has chosen: hashes, and since when."""

from django.conf import settings
from django.db import models


class ChosenPassword(models.Model):
    """One of a person's latest passwords, the present one included. Those that the
    portal made for one use are not among them: nobody may keep them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="chosen_passwords",
    )
    password = models.CharField(max_length=128)  # hashed, as the user's own
    chosen_at = models.DateTimeField()

    class Meta:
        ordering = ["-chosen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.chosen_at:%Y-%m-%d}"
