"""Accounts, as platform admins see them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.access import access_user
from accounts.forms.conflicts import conflict_of, conflict_status
from accounts.forms.people import NewUserForm, UserForm
from accounts.http.guards import platform_admins_only
from accounts.http.reauthentication import password_page
from accounts.http.requests import UserRequest, typed_query
from accounts.models.access_requests import AccessKind, AccessRequest
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.services.access_requests import asking
from accounts.services.access_requests.asking import Wish
from accounts.services.access_requests.rules import guard_of
from accounts.services.audit.writing import origin_of
from accounts.services.people import NewPassword, account_version
from accounts.services.refusal import Refused
from accounts.services.versions import ChangedMeanwhile
from accounts.views.access_requests import say_that_it_waits, show_password

PER_PAGE = 50


@require_safe
@platform_admins_only
def user_list(request: UserRequest) -> HttpResponseBase:
    query = typed_query(request)
    found = User.objects.order_by("-is_active", "username").prefetch_related(
        Prefetch(
            "memberships",
            Membership.objects.filter(is_active=True).select_related("department"),
            to_attr="shown_memberships",
        )
    )
    if query:
        found = found.filter(
            Q(username__icontains=query)
            | Q(display_name__icontains=query)
            | Q(email__icontains=query)
        )
    ctx = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "query": query,
    }
    return render(request, "accounts/people/list.html", ctx)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@platform_admins_only
def user_create(request: UserRequest) -> HttpResponseBase:
    form = NewUserForm(request.POST or None)
    if form.is_valid():
        if page := password_page(request):
            return page
        try:
            made = asking.do_or_ask(
                wish=_new_account(form),
                origin=origin_of(request),
                note=form.cleaned_data["note"],
            )
        except Refused as refusal:
            taken = refusal.code == "username_taken"
            form.add_error("username" if taken else None, refusal.sentence)
        else:
            if isinstance(made, NewPassword):
                return show_password(request, made, reverse("platform:users"))
            say_that_it_waits(request)
            return redirect("platform:users")
    return render(request, "accounts/people/create.html", {"form": form})


def _new_account(form: NewUserForm) -> Wish:
    details = {
        name: form.cleaned_data[name]
        for name in ("username", "display_name", "email", "is_platform_admin")
    }
    department = form.cleaned_data["department"]
    if department is not None:
        details["role"] = form.cleaned_data["role"].value
    return Wish(AccessKind.CREATE, department=department, details=details)


@require_http_methods(["GET", "HEAD", "POST"])
@platform_admins_only
def user_edit(request: UserRequest, user_id: int) -> HttpResponseBase:
    person = access_user(request.user, user_id)
    if "theirs" in request.POST:  # of a conflict: what is stored stands
        return redirect("platform:user_edit", user_id=person.pk)
    form = UserForm(request.POST or None, **_known(request, user_id))
    conflict = None
    if form.is_valid():
        if page := password_page(request):
            return page
        try:
            asked = _edit(request, person, form)
        except ChangedMeanwhile as changed:
            theirs = UserForm(**_known(request, user_id))
            conflict = conflict_of(request, changed, form, theirs)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            if asked:
                say_that_it_waits(request)
            return redirect("platform:users")
    ctx = {
        "person": person,
        "form": form,
        "conflict": conflict,
        "memberships": person.memberships.select_related("department"),
        "needs_second_person": guard_of(
            AccessKind.RESET, target=person, department=None
        ).needs_second_person,
    }
    status = conflict_status(request) if conflict else 200
    return render(request, "accounts/people/edit.html", ctx, status=status)


def _known(request: UserRequest, user_id: int) -> dict[str, Any]:
    """What the form is filled from; a reason is the writer's own."""
    person = access_user(request.user, user_id)
    note = request.POST.get("note", "")
    initial = {"version": account_version(person), "note": note}
    return {"instance": person, "initial": initial}


def _edit(request: UserRequest, person: User, form: UserForm) -> list[AccessRequest]:
    """What a second person must agree to first."""
    return asking.edit_user_or_ask(
        user=person,
        origin=origin_of(request),
        account=form.account(),
        note=form.cleaned_data["note"],
        version=form.cleaned_data["version"],
    )


@require_POST
@never_cache
@platform_admins_only
def user_reset(request: UserRequest, user_id: int) -> HttpResponseBase:
    """A one-time password, shown on this answer and never again; or a request."""
    person = access_user(request.user, user_id)
    if page := password_page(request):
        return page
    try:
        made = asking.do_or_ask(
            wish=Wish(AccessKind.RESET, person), origin=origin_of(request)
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("platform:user_edit", user_id=person.pk)
    if isinstance(made, NewPassword):
        return show_password(request, made, reverse("platform:users"))
    say_that_it_waits(request)
    return redirect("platform:user_edit", user_id=person.pk)
