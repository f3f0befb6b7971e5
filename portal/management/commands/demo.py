"""``manage.py demo``: the demo company, in an empty portal only."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.installation.demo import create_demo_company, password_lines, passwords_path


class Command(BaseCommand):
    help = "Create the demo company with its people and two sample calls, once."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = create_demo_company()
        if accounts:
            self.stdout.write("      Log in with one of these (shown only this once):")
            for line in password_lines(accounts):
                self.stdout.write(f"        {line}")
            self.stdout.write(f"      Kept for you in {passwords_path()}")
        elif passwords_path().exists():
            self.stdout.write(f"      Present; passwords in {passwords_path()}")
        else:
            self.stdout.write("      Not needed: this portal has people of its own")
