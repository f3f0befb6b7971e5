"""``manage.py check_sound``: which stored recordings should be recognised again?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models.departments import Department
from transcription.engine.base import EngineError
from transcription.models.transcripts import Transcript
from transcription.services.recordings.stored_sound import (
    check_sound,
    order_again,
    transcripts_to_check,
)


class Command(BaseCommand):
    help = (
        "Decode stored recordings and mark those whose transcript does not count gaps "
        "in the file's clock, or was made of some of its sound or sound tracks only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--department", metavar="SLUG")
        parser.add_argument(
            "--order",
            action="store_true",
            help="recognise them again, but for those with corrections",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = checked = ordered = 0
        for transcript in transcripts_to_check(_department(options["department"])):
            try:
                marks = check_sound(transcript=transcript)
            except (EngineError, OSError) as error:
                self.stderr.write(f"{_address(transcript)}: {error}")
                continue
            checked += 1
            if not marks:
                continue
            found += 1
            is_ordered = options["order"] and order_again(transcript=transcript)
            ordered += is_ordered
            said = [*marks, *(["ordered"] if is_ordered else [])]
            self.stdout.write(f"{_address(transcript)}: {', '.join(said)}")
        self.stdout.write(f"{checked} checked, {found} marked, {ordered} ordered.")


def _department(slug: str | None) -> Department | None:
    if slug is None:
        return None
    department = Department.objects.filter(slug=slug).first()
    if department is None:
        raise CommandError(f"There is no department {slug}.")
    return department


def _address(transcript: Transcript) -> str:
    recording = transcript.recording
    return f"/d/{recording.department.slug}/recordings/{recording.uuid}/"
