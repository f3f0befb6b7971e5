"""The person's own page: name, departments, API tokens."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_token
from accounts.forms.people import ProfileForm
from accounts.forms.tokens import TokenForm, active_memberships
from accounts.http.guards import logged_in
from accounts.http.reauthentication import password_page
from accounts.http.requests import UserRequest
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.services import people, tokens
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused


def _profile_page(
    request: UserRequest, *, form: ProfileForm, token_form: TokenForm
) -> HttpResponseBase:
    ctx = {
        "form": form,
        "token_form": token_form,
        "memberships": active_memberships(request.user),
        "tokens": ApiToken.objects.filter(
            membership__user=request.user, revoked_at=None
        ).select_related("membership__department"),
        "now": timezone.now(),
    }
    return render(request, "accounts/people/profile.html", ctx)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@logged_in
def profile(request: UserRequest) -> HttpResponseBase:
    # A form writes into its instance; the page's header still shows the stored name.
    form = ProfileForm(
        request.POST or None, instance=User.objects.get(pk=request.user.pk)
    )
    if form.is_valid():
        is_other = form.cleaned_data["email"] != request.user.email
        if is_other and (page := password_page(request)):
            return page
        people.edit_profile(
            user=request.user, origin=origin_of(request), **form.cleaned_data
        )
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return _profile_page(request, form=form, token_form=TokenForm(request.user))


@require_POST
@never_cache
@logged_in
def token_create(request: UserRequest) -> HttpResponseBase:
    form = TokenForm(request.user, request.POST)
    if form.is_valid():
        if page := password_page(request):
            return page
        try:
            created = tokens.create_token(
                membership=form.cleaned_data["membership"],
                origin=origin_of(request),
                name=form.cleaned_data["name"],
                expires_at=form.expires_at(),
            )
            return render(
                request, "accounts/people/token_created.html", {"created": created}
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return _profile_page(
        request, form=ProfileForm(instance=request.user), token_form=form
    )


@require_POST
@logged_in
def token_revoke(request: UserRequest, uuid: UUID) -> HttpResponseBase:
    token = access_token(request.user, uuid)
    tokens.revoke_token(token=token, origin=origin_of(request))
    messages.success(request, _("The API token was revoked."))
    return redirect("accounts:profile")
