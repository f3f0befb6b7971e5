"""Departments: the tenants."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.audit.subjects import Subject

MAX_QUEUE_WEIGHT = 10


class Department(models.Model):
    """A tenant: everything that can be read belongs to exactly one."""

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    # What the department's admin chooses: defaults for uploads, channel names.
    default_language = models.CharField(max_length=8, default="zh")
    default_itn = models.BooleanField(default=True)
    default_punctuation = models.BooleanField(default=True)
    default_private = models.BooleanField(default=False)
    left_channel_name = models.CharField(max_length=32, default="客服")
    right_channel_name = models.CharField(max_length=32, default="客户")
    # The platform's: how many turns at the workers it gets for one of another's.
    queue_weight = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(queue_weight__range=(1, MAX_QUEUE_WEIGHT)),
                name="department_queue_weight_in_range",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_subject(self) -> Subject:
        return Subject("department", self.pk, self.name, self.pk)
