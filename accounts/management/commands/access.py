"""``manage.py access …``: what needs a second person, where there is none."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models.access_requests import AccessKind
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.access_requests.asking import Wish, appointment, do_on_server
from accounts.services.refusal import Refused


class Command(BaseCommand):
    help = (
        "Let somebody in without a second person. The department's admins and auditors "
        "read it in the portal, and the audit trail says that the server did it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        appoint = actions.add_parser("appoint", help="make somebody a member")
        appoint.add_argument("username")
        appoint.add_argument("department", help="the name in its address, /d/NAME/")
        appoint.add_argument("--role", choices=Role.values, default=Role.ADMIN.value)
        for name, what in (
            ("reset-password", "print a new one-time password"),
            ("enable", "let an account log in again"),
            ("platform-admin", "make an account a platform admin"),
        ):
            actions.add_parser(name, help=what).add_argument("username")
        for action in actions.choices.values():
            action.add_argument("--reason", required=True, help="for the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = do_on_server(
                wish=_wish(options),
                reason=options["reason"][:200],
                operator=_operator(),
            )
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        if made is not None:
            self.stdout.write(f"One-time password of {made.user.username}:")
            self.stdout.write(made.password)
            self.stdout.write(f"It is valid until {made.user.one_time_until:%F %R %Z}.")
        self.stdout.write("Done, audited, and told to the departments concerned.")


def _wish(options: dict[str, Any]) -> Wish:
    user = User.objects.filter(username=options["username"].lower()).first()
    if user is None:
        raise CommandError(f"There is no account {options['username']!r}.")
    match options["action"]:
        case "appoint":
            slug = options["department"]
            department = Department.objects.filter(slug=slug).first()
            if department is None:
                raise CommandError(f"There is no department {slug!r}.")
            return appointment(user, department, Role(options["role"]))
        case "reset-password":
            return Wish(AccessKind.RESET, user)
        case "enable":
            return Wish(AccessKind.ENABLE, user)
    return Wish(AccessKind.PLATFORM_ADMIN, user)


def _operator() -> str:
    """Whose shell it is, as far as the machine says."""
    return os.environ.get("SUDO_USER") or os.environ.get("USER") or ""
