#!/usr/bin/env python
"""Django's command-line utility for Shengwen."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, execute_from_command_line


def main() -> None:
    """Run the command that ``sys.argv`` names."""
    if sys.argv[1:] == ["version"]:  # Django keeps the word for its own number
        django.setup()
        call_command("version")
    else:
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        main()
    except ImproperlyConfigured as error:
        sys.exit(f"Stopped: {error}")
