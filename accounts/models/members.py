"""Who belongs to which department, and as what."""

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import CAPABILITIES, Capability, Role


class Membership(models.Model):
    """One person's role in one department; a disabled one opens nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=16, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["department__name", "user__username"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department"], name="membership_once_per_department"
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} @ {self.department} ({self.role})"

    @property
    def audit_subject(self) -> Subject:
        return self.user.audit_subject.within(self.department_id)

    @property
    def others(self) -> QuerySet["Membership"]:
        """The same person's in other departments, those that open something."""
        found = Membership.objects.filter(
            user=self.user_id, is_active=True, department__is_active=True
        ).exclude(department=self.department_id)
        return found.select_related("department", "user").order_by("department__name")

    def can(self, capability: Capability | str) -> bool:
        """Whether this membership's role includes the capability."""
        return Capability(capability) in CAPABILITIES[Role(self.role)]
