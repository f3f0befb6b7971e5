"""The page behind an invitation's link."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.sign_in import NewAccountForm
from accounts.models.invitations import Invitation
from accounts.models.people import User
from accounts.services import invitations
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from accounts.services.sign_in import known_browsers, logins

IN_SESSION = "invitation"


@require_safe
@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The link. What it opens goes into the session and the person to an address
    without the secret: whatever happens there (a wrong form, a login, an error) is
    logged with its address by somebody. So this answer is never an error."""
    found = invitations.find_invitation(secret)
    if found is None:
        request.session.pop(IN_SESSION, None)
    else:
        request.session[IN_SESSION] = str(found.uuid)
    return redirect("accounts:invitation_form")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_form(request: HttpRequest) -> HttpResponseBase:
    found = invitations.find_by_uuid(request.session.get(IN_SESSION, ""))
    if found is None:
        raise Http404
    try:
        invitations.refuse_closed(found)
        if isinstance(request.user, User):
            return _join(request, found, request.user)
        return _sign_up(request, found)
    except Refused as refusal:
        ctx = {"refusal": refusal, "invitation": found}
        return render(request, "accounts/invitations/closed.html", ctx, status=410)


def _join(request: HttpRequest, found: Invitation, user: User) -> HttpResponseBase:
    if request.method != "POST":
        return render(
            request, "accounts/invitations/invitation.html", {"invitation": found}
        )
    invitations.accept(invitation=found, user=user, origin=origin_of(request))
    return _welcome(request, found)


def _sign_up(request: HttpRequest, found: Invitation) -> HttpResponseBase:
    form = NewAccountForm(request.POST or None, department=found.department)
    if form.is_valid():
        try:
            membership = invitations.accept_as_new(
                invitation=found,
                origin=origin_of(request),
                username=form.cleaned_data["username"],
                display_name=form.cleaned_data["display_name"],
                password=form.cleaned_data["password1"],
            )
        except Refused as refusal:
            if refusal.code != "username_taken":
                raise
            form.add_error("username", refusal.sentence)
        else:
            logins.log_in_new(request=request, user=membership.user)
            response = _welcome(request, found)
            known_browsers.remember(request, response, membership.user.username)
            return response
    ctx = {"invitation": found, "form": form}
    return render(request, "accounts/invitations/invitation.html", ctx)


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponseBase:
    request.session.pop(IN_SESSION, None)
    messages.success(
        request,
        _("Welcome to {department}.").format(department=found.department),
    )
    return redirect("transcription:archive", department=found.department.slug)
