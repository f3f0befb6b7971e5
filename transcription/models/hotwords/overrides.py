"""What a department does not take of the company's hotwords."""

from django.db import models
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.hotwords.lists import HotwordList


class CompanyListOff(models.Model):
    """A department's jobs do without this list of the company's."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    hotword_list = models.ForeignKey(
        HotwordList, on_delete=models.CASCADE, related_name="switched_off"
    )
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department", "hotword_list"], name="company_list_off_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department} − {self.hotword_list}"


class CompanyWordOff(models.Model):
    """A department's jobs do without this word, whichever company list has it."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    text = models.CharField(max_length=30)
    folded = models.CharField(max_length=30)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department", "folded"], name="company_word_off_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department} − {self.text}"
