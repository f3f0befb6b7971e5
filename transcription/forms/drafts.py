"""A form as somebody left it: filled from the draft, where there is one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.forms import BaseForm

from accounts.forms.conflicts import typed
from accounts.models.people import User
from transcription.models.drafts import Draft
from transcription.services.drafts.keeping import draft_for
from transcription.services.drafts.things import Thing

F = TypeVar("F", bound=BaseForm)


@dataclass(frozen=True, slots=True)
class Opened(Generic[F]):
    """A form that somebody opens to edit something."""

    form: F
    draft: Draft | None = None


def open_form(
    make: Callable[[dict[str, Any]], F],
    initial: dict[str, Any],
    user: User,
    thing: Thing | None,
) -> Opened[F]:
    """Filled with ``initial``, and with the person's draft over it. The version is then
    that of what the draft was made from: saving tells when somebody was faster."""
    form = make(initial)
    if thing is None:
        return Opened(form)
    now = {field.name: typed(field) for field in form.visible_fields()}
    draft = draft_for(user=user, thing=thing, now=now)
    if draft is None:
        return Opened(form)
    version = draft.base_version or initial.get("version", "")
    return Opened(make(initial | draft.fields | {"version": version}), draft)
