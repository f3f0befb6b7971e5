"""What ends a session, or asks for a new password first."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.http.activity import is_by_person
from accounts.http.redirects import redirect_to_login
from accounts.middleware.process_view import ProcessViewMiddleware, View
from accounts.models.people import User
from accounts.models.sign_in.sessions import EndReason, session_of
from accounts.services.audit.writing import origin_of
from accounts.services.sign_in.hashing import HashingBusyError
from accounts.services.sign_in.hashing_places import RETRY_SECONDS, NoPlaceError
from accounts.services.sign_in.logins import PASSWORD_TOO_OLD, end_idle_session
from accounts.services.sign_in.sessions import note_activity, why_ended

logger = logging.getLogger(__name__)

END_SENTENCES = {
    EndReason.LIMIT: gettext_lazy(
        "You were logged out here because you logged in with another browser, and only "
        "so many at a time are allowed."
    ),
    EndReason.ELSEWHERE: gettext_lazy("You were logged out here from another browser."),
    EndReason.PASSWORD: gettext_lazy(
        "You were logged out here because your password was changed."
    ),
    EndReason.CLOSED: gettext_lazy("An administrator logged you out."),
}

ACTIVITY_RESOLUTION = timedelta(seconds=60)


class HashingBusyMiddleware(ProcessViewMiddleware):
    """Too many passwords at once, everybody's or this person's: a page that says so,
    not a broken one."""

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        if isinstance(error, NoPlaceError):
            ctx = {"seconds": RETRY_SECONDS}
            page = render(request, "accounts/sign_in/busy.html", ctx, status=429)
            page["Retry-After"] = str(RETRY_SECONDS)
            return page
        if not isinstance(error, HashingBusyError):
            return None
        # Not the address: an invitation's is a secret.
        logger.warning("A password waited too long for its turn to be checked.")
        response = render(request, "accounts/sign_in/busy.html", status=503)
        response["Retry-After"] = "10"
        return response


class IdleTimeoutMiddleware(ProcessViewMiddleware):
    """Logs out who has done nothing for ``settings.IDLE_TIMEOUT_SECONDS``."""

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not isinstance(request.user, User):
            _say_why_it_ended(request)
            return None
        now = timezone.now()
        limit = timedelta(seconds=settings.IDLE_TIMEOUT_SECONDS)
        session = session_of(request)
        last = session.last_activity or now
        if now - last > limit:
            end_idle_session(request=request)
            messages.info(
                request,
                _(
                    "You were logged out after {minutes} minutes without activity."
                ).format(minutes=max(1, settings.IDLE_TIMEOUT_SECONDS // 60)),
            )
            return redirect_to_login(request)
        is_new = session.ip_address is None
        is_due = now - last >= min(ACTIVITY_RESOLUTION, limit / 10)
        if (is_new or is_due) and is_by_person(request, view):
            note_activity(session=session, origin=origin_of(request), at=now)
        return None


def _say_why_it_ended(request: HttpRequest) -> None:
    """To a browser whose session somebody ended elsewhere. It asks once: the answer
    takes the cookie away."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    reason = why_ended(key) if key and not request.session.session_key else None
    if reason:
        messages.info(request, END_SENTENCES[reason])


class ForcedPasswordChangeMiddleware(ProcessViewMiddleware):
    """Somebody whose password another person knows, or who has had it for too long,
    chooses a new one first."""

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not isinstance(request.user, User):
            return None
        is_too_old = request.session.get(PASSWORD_TOO_OLD, False)
        if not request.user.must_change_password and not is_too_old:
            return None
        if getattr(view, "is_before_new_password", False):
            return None
        return redirect("accounts:password")
