"""What an event of the audit trail is about."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing as the trail names it. ``audit_subject`` of a model is its own.

    ``kind`` has a word for people in ``settings.AUDIT_WORDS``; ``department_id`` is of
    the department whose auditors read the event.
    """

    kind: str = ""
    pk: object = ""
    name: str = ""
    department_id: int | None = None

    def within(self, department_id: int | None) -> "Subject":
        """The same, for the auditors of another department."""
        return replace(self, department_id=department_id)
