"""Django's own, with a line in the audit trail."""

from typing import Any

from django.contrib.auth.management.commands import changepassword

from accounts.models.people import User
from accounts.services.people import record_server_password


class Command(changepassword.Command):
    help = "Set somebody's password. The audit trail says that the server did it."

    def handle(self, *args: Any, **options: Any) -> str | None:
        said = super().handle(*args, **options)
        name = str(options.get("username") or "").lower()
        user = User.objects.filter(username=name).first()
        if user is not None:
            record_server_password(user=user)
        return said
