"""Two kinds of run that only tests know, one of them a chore: nothing in the portal was
written for them."""

from typing import Final

from django.db import models
from django.test.utils import isolate_apps

from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.runs import (
    RECOGNISING,
    JobQueue,
    LeasedRun,
    run_constraints,
)
from transcription.services.runs.kind import RunKind

with isolate_apps() as apps:
    assert apps is not None
    # Found by the toy alone: to everybody else it does not exist.
    apps.register_model("accounts", User)
    apps.register_model("accounts", Department)

    class AnyToy(LeasedRun):
        """Its keys are unknown to the database: other tests empty its other tables."""

        requested_by = models.ForeignKey(
            User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
        )
        owner = models.ForeignKey(
            Department, models.DO_NOTHING, related_name="+", db_constraint=False
        )

        class Meta:
            abstract = True
            app_label = "toys"

        def __str__(self) -> str:
            return f"{self.uuid} {self.state}"

        @property
        def percent(self) -> int:
            return 0

    class Toy(AnyToy):
        class Meta(AnyToy.Meta):
            constraints = [*run_constraints("toy", RECOGNISING)]

    class ToyChore(AnyToy):
        queue = models.CharField(
            max_length=16, choices=JobQueue.choices, default=JobQueue.CHORES
        )

        class Meta(AnyToy.Meta):
            constraints = [*run_constraints("toy_chore", [JobQueue.CHORES])]


TOYS: Final = RunKind(
    name="toy",
    title="Toys",
    model=Toy,
    task="tests.transcription.runs.toys.run_toy",
    queues=RECOGNISING,
    department="owner",
)
TOY_CHORES: Final = RunKind(
    name="toy_chore",
    title="Toy chores",
    model=ToyChore,
    task="tests.transcription.runs.toys.run_toy",
    queues=(JobQueue.CHORES,),
    department="owner",
)


def run_toy(run_id: int) -> None:
    """For the queue to find; no worker calls it."""
    raise NotImplementedError
