"""A kind of run that only tests know: nothing in the portal was written for it."""

from typing import Final

from django.db import models
from django.test.utils import isolate_apps

from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.runs import LeasedRun
from transcription.services.runs.kind import RunKind

with isolate_apps() as apps:
    assert apps is not None
    # Found by the toy alone: to everybody else it does not exist.
    apps.register_model("accounts", User)
    apps.register_model("accounts", Department)

    class Toy(LeasedRun):
        """Without constraints of the database: other tests empty its other tables."""

        requested_by = models.ForeignKey(
            User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
        )
        owner = models.ForeignKey(
            Department, models.DO_NOTHING, related_name="+", db_constraint=False
        )

        class Meta:
            app_label = "toys"

        def __str__(self) -> str:
            return f"{self.uuid} {self.state}"

        @property
        def percent(self) -> int:
            return 0


TOYS: Final = RunKind(
    name="toy",
    title="Toys",
    model=Toy,
    task="tests.transcription.runs.toys.run_toy",
    department="owner",
)


def run_toy(run_id: int) -> None:
    """For the queue to find; no worker calls it."""
    raise NotImplementedError
