"""Words that members would like to have in a list."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.hotwords.lists import HotwordList


class ProposalState(models.TextChoices):
    """``open → accepted | declined``."""

    OPEN = "open", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class HotwordProposal(models.Model):
    """One word that somebody of ``department`` proposes, and what became of it."""

    hotword_list = models.ForeignKey(
        HotwordList, on_delete=models.CASCADE, related_name="proposals"
    )
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    text = models.CharField(max_length=30)
    folded = models.CharField(max_length=30)
    spoken = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True)  # why it should be there
    state = models.CharField(
        max_length=8, choices=ProposalState.choices, default=ProposalState.OPEN
    )
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)  # why it was declined

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hotword_list", "folded"],
                condition=Q(state=ProposalState.OPEN),
                name="hotword_proposal_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values),
                name="hotword_proposal_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.state})"
