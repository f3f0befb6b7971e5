"""What a form's own address does about the draft of what is typed into it.

There is no other address for drafts: who may save a thing may keep a draft of it, and
the thing's door is passed before either.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.models.people import User
from transcription.services.drafts.keeping import drop_draft, save_draft
from transcription.services.drafts.things import Thing

FIELD: Final = "draft"
KEEP, DROP = "keep", "drop"
_NOT_TYPED = frozenset({FIELD, "csrfmiddlewaretoken", "version"})
_MOST_FIELDS = 20


def answer_draft(
    request: HttpRequest, user: User, thing: Thing | None, *, back: str = ""
) -> HttpResponseBase | None:
    """For a POST that is about the draft alone; None for any other. A script keeps what
    is typed, and learns by the same doors whether it could be saved; a person who wants
    it no more gets the form as the thing is, or goes ``back``."""
    wish = request.POST.get(FIELD)
    if wish == KEEP:
        if thing is not None:
            save_draft(
                user=user,
                thing=thing,
                fields=_typed(request),
                base_version=request.POST.get("version", ""),
            )
        return HttpResponse(status=204)
    if wish != DROP:
        return None
    drop_draft(user=user, thing=thing)
    if "application/json" in request.headers.get("Accept", ""):
        return HttpResponse(status=204)
    return redirect(back or request.get_full_path())


def _typed(request: HttpRequest) -> dict[str, str]:
    # A form's fields have such names; PostgreSQL would not take every other.
    names = [name for name in request.POST if name.isidentifier()]
    names = [name for name in names if name not in _NOT_TYPED]
    return {name: request.POST[name] for name in names[:_MOST_FIELDS]}
