"""Django's own, with a line in the audit trail."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from accounts.models.people import User
from accounts.services.people import record_server_account


class Command(createsuperuser.Command):
    help = "Make a platform admin. The audit trail says that the server did it."

    def handle(self, *args: Any, **options: Any) -> None:
        before = set(User.objects.values_list("pk", flat=True))
        super().handle(*args, **options)
        for user in User.objects.exclude(pk__in=before):
            record_server_account(user=user)
