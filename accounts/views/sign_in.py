"""Logging in and out, passwords, sessions."""

from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView as DjangoLoginView
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.forms.sign_in import LoginForm, NewPasswordForm
from accounts.http.activity import polled
from accounts.http.guards import before_new_password, logged_in
from accounts.http.redirects import redirect_inside
from accounts.http.requests import UserRequest
from accounts.models.people import User
from accounts.models.sign_in.sessions import Session, session_of
from accounts.services import tokens
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from accounts.services.sign_in import (
    hashing_places,
    known_browsers,
    login_pace,
    logins,
)
from accounts.services.sign_in.hashing import HashingBusyError
from accounts.services.sign_in.hashing_places import RETRY_SECONDS, NoPlaceError
from accounts.services.sign_in.sessions import end_other_sessions, end_session


class LoginView(DjangoLoginView):
    """Django's, with our audit trail, at the pace that a network's failures allow."""

    template_name = "accounts/sign_in/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not login_pace.is_attempt(request):
            return super().post(request, *args, **kwargs)
        try:
            with hashing_places.place(request, request.POST["username"]):
                return self._checked(request, *args, **kwargs)
        except NoPlaceError:
            return self._slowed(RETRY_SECONDS, is_place_taken=True)

    def _checked(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = login_pace.begin(request)
        if wait:
            return self._slowed(wait)
        try:
            return super().post(request, *args, **kwargs)
        except HashingBusyError:
            login_pace.excuse(request, request.POST["username"])  # nothing was tried
            raise

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        login_pace.excuse(self.request, user.username)
        if logins.log_in(request=self.request, user=user):
            messages.info(self.request, _too_many_sessions())
        response = HttpResponseRedirect(self.get_success_url())
        known_browsers.remember(self.request, response, user.username)
        return response

    def _slowed(self, seconds: int, *, is_place_taken: bool = False) -> HttpResponse:
        form = LoginForm(initial={"username": self.request.POST["username"]})
        context = self.get_context_data(
            form=form, seconds=seconds, is_place_taken=is_place_taken
        )
        response = render(self.request, self.template_name, context, status=429)
        response["Retry-After"] = str(seconds)
        return response

    def get_success_url(self) -> str:
        target = redirect_inside(self.get_redirect_url()).url
        # The login page itself would be a loop, which Django raises an error for.
        return reverse("home") if target == self.request.path else target

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.cleaned_data.get("password"):
            logins.note_failure(
                origin=origin_of(self.request),
                username=form.cleaned_data.get("username", ""),
                is_locked=getattr(self.request, "axes_locked_out", False),
            )
        return super().form_invalid(form)


def _too_many_sessions() -> str:
    limit = settings.SESSIONS_PER_PERSON
    return ngettext(
        "You may be logged in in {limit} browser at a time: "
        "the other one was logged out.",
        "You may be logged in in {limit} browsers at a time: "
        "the one unused for longest was logged out.",
        limit,
    ).format(limit=limit)


def locked_out(request: HttpRequest, *details: object) -> HttpResponse:
    """What django-axes answers with; it does not say whether the name exists."""
    cool_off = get_cool_off(request)
    seconds = int(cool_off.total_seconds()) if cool_off else 0
    response = render(
        request,
        "accounts/sign_in/locked_out.html",
        {"minutes": -(-seconds // 60)},
        status=429,
    )
    response["Retry-After"] = str(seconds)
    return response


@polled
@require_safe
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Whose login this browser has, for a page that was left lying: nobody's, or
    somebody else's by now. The token is for forms that are older than the login."""
    user = request.user
    known = str(user.pk) if isinstance(user, User) else None
    return JsonResponse({"account": known, "csrf": get_token(request)})


@before_new_password
@require_POST
def logout(request: HttpRequest) -> HttpResponseBase:
    logins.log_out(request=request)
    messages.success(request, _("You are logged out."))
    response = redirect("accounts:login")
    # The cache alone: storage keeps work that was not sent yet, and cookies of this
    # host may belong to another portal.
    response["Clear-Site-Data"] = '"cache"'
    return response


@before_new_password
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
@logged_in
def password(request: UserRequest) -> HttpResponseBase:
    if request.method == "POST":
        with hashing_places.place(request, request.user.username):
            return _change_password(request)
    return _password_page(request, NewPasswordForm(request.user))


def _change_password(request: UserRequest) -> HttpResponseBase:
    is_confirmed = logins.confirm_password(
        request=request,
        user=request.user,
        password=request.POST.get("old_password", ""),
    )
    form = NewPasswordForm(request.user, request.POST, is_confirmed=is_confirmed)
    if form.is_valid():
        logins.change_password(
            request=request,
            user=request.user,
            password=form.cleaned_data["new_password1"],
        )
        messages.success(
            request, _("Password changed. Other browsers have been logged out.")
        )
        _end_tokens(request)
        return redirect("home")
    return _password_page(request, form)


def _password_page(request: UserRequest, form: NewPasswordForm) -> HttpResponseBase:
    is_too_old = request.session.get(logins.PASSWORD_TOO_OLD, False)
    ctx = {
        "form": form,
        "is_too_old": is_too_old,
        "is_forced": is_too_old or request.user.must_change_password,
        "tokens": tokens.live_tokens(request.user),
        "ticked": request.POST.getlist("end_token"),
    }
    return render(request, "accounts/sign_in/password.html", ctx)


def _end_tokens(request: UserRequest) -> None:
    """Those that were ticked; and say that the others still open something."""
    left = tokens.end_tokens(
        user=request.user,
        uuids=request.POST.getlist("end_token"),
        origin=origin_of(request),
    )
    if left:
        messages.info(
            request,
            ngettext(
                "%(count)s API token is still valid.",
                "%(count)s API tokens are still valid.",
                left,
            )
            % {"count": left},
            extra_tags=reverse("accounts:profile"),
        )


@require_safe
@never_cache
@logged_in
def sessions(request: UserRequest) -> HttpResponseBase:
    ctx = {
        "sessions": Session.objects.filter(user=request.user),
        "current_key": session_of(request).stored_key,
    }
    return render(request, "accounts/sign_in/sessions.html", ctx)


@require_POST
@logged_in
def session_end(request: UserRequest) -> HttpResponseBase:
    """``session`` names one of them, or says ``others``."""
    wanted = request.POST.get("session", "")
    origin = origin_of(request)
    if wanted == "others":
        end_other_sessions(
            user=request.user,
            origin=origin,
            session=session_of(request),
        )
        messages.success(request, _("You are logged out everywhere else."))
        return redirect("accounts:sessions")
    try:
        end_session(user=request.user, origin=origin, public_id=wanted)
        messages.success(request, _("That browser is logged out."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("accounts:sessions")
