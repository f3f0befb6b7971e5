"""How many searches may be kept."""

from typing import Final

from django.utils.translation import gettext as _

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.departments import lock_department
from accounts.services.refusal import Refused
from transcription.models.saved_searches import SavedSearch

PER_PERSON: Final = 50
SHARED: Final = 200  # of a department
# Of a department: those that every new recording is asked.
ALWAYS_READ: Final = 20


def check_limits(
    department: Department,
    owner: User | None,
    *,
    is_shared: bool,
    is_always_read: bool,
) -> None:
    """``Refused`` when one more of the kind is one too many (``owner``: one more of the
    person's). The department is locked, so that two at once are counted."""
    lock_department(department.pk)
    here = SavedSearch.objects.kept().filter(department=department)
    if owner and here.filter(owner=owner).count() >= PER_PERSON:
        raise Refused(
            "saved_search_many",
            _("You have %(count)d saved searches, and more are not kept. Delete one.")
            % {"count": PER_PERSON},
        )
    if is_shared and here.filter(is_shared=True).count() >= SHARED:
        raise Refused(
            "saved_search_many_shared",
            _(
                "The department shares %(count)d searches, and more are not kept. Save "
                "it for yourself, or have one deleted."
            )
            % {"count": SHARED},
        )
    live = here.live()
    if is_always_read and live.filter(is_always_read=True).count() >= ALWAYS_READ:
        raise Refused(
            "saved_search_many_without_words",
            _(
                "%(count)d searches of the department name nothing that a recording "
                "must hold, and more are not kept. Add a word, an agent or a tag."
            )
            % {"count": ALWAYS_READ},
        )
