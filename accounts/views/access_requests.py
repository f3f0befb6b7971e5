"""Requests for access: what waits, what was decided, and deciding."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import access_department_request, access_platform_request
from accounts.forms.access_requests import DecisionForm
from accounts.http.guards import platform_admins_only, requires
from accounts.http.reauthentication import password_page
from accounts.http.requests import DepartmentRequest, UserRequest
from accounts.models.access_requests import AccessRequest, AccessRequestQuerySet
from accounts.models.people import User
from accounts.roles import Capability
from accounts.services.access_requests import asking, news, passwords
from accounts.services.access_requests.rules import may_decide
from accounts.services.access_requests.words import say_who_is_shown
from accounts.services.audit.writing import origin_of
from accounts.services.people import NewPassword
from accounts.services.refusal import Refused

PER_PAGE = 20


@require_safe
@requires(Capability.VIEW_ACCESS)
def department_requests(request: DepartmentRequest) -> HttpResponseBase:
    ctx = _context(
        request, request.user, AccessRequest.objects.concerning(request.department)
    ) | {"unread": news.unread(request.membership)}
    return render(request, "accounts/access_requests/department.html", ctx)


@require_POST
@never_cache
def department_decide(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    asked = access_department_request(
        request.membership, uuid, Capability.MANAGE_MEMBERS
    )
    back = reverse("people:access", kwargs={"department": request.department.slug})
    return _decide(request, asked, back)


@require_POST
@never_cache
def department_password_show(
    request: DepartmentRequest, uuid: UUID
) -> HttpResponseBase:
    asked = access_department_request(
        request.membership, uuid, Capability.MANAGE_MEMBERS
    )
    back = reverse("people:access", kwargs={"department": request.department.slug})
    return _show_password_once(request, asked, back)


@require_POST
@requires(Capability.VIEW_ACCESS)
def department_seen(request: DepartmentRequest) -> HttpResponseBase:
    """The person has read what was done."""
    asking.acknowledge(
        user=request.user, requests=list(news.unread(request.membership))
    )
    return redirect("people:access", department=request.department.slug)


@require_safe
@platform_admins_only
def platform_requests(request: UserRequest) -> HttpResponseBase:
    ctx = _context(request, request.user, AccessRequest.objects.with_people())
    return render(request, "accounts/access_requests/platform.html", ctx)


@require_POST
@never_cache
@platform_admins_only
def platform_decide(request: UserRequest, uuid: UUID) -> HttpResponseBase:
    asked = access_platform_request(request.user, uuid)
    return _decide(request, asked, reverse("platform:access"))


@require_POST
@never_cache
@platform_admins_only
def password_show(request: UserRequest, uuid: UUID) -> HttpResponseBase:
    asked = access_platform_request(request.user, uuid)
    return _show_password_once(request, asked, reverse("platform:access"))


def _show_password_once(
    request: UserRequest, asked: AccessRequest, back: str
) -> HttpResponseBase:
    """The one-time password that was agreed to, on this answer and never again."""
    if page := password_page(request):
        return page
    try:
        made = passwords.show_once(request=asked, origin=origin_of(request))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(back)
    return show_password(request, made, back)


def _context(
    request: HttpRequest, user: User, found: AccessRequestQuerySet
) -> dict[str, object]:
    waiting = list(AccessRequest.objects.waiting() & found)
    passwords_to_show = found.with_password_to_show()
    return {
        "waiting": [
            (asked, may_decide(user, asked), say_who_is_shown(asked, user))
            for asked in waiting
        ],
        "passwords": passwords_to_show.filter(password_shown_to=user),
        "to_be_shown": set(passwords_to_show.values_list("pk", flat=True)),
        "page": Paginator(
            found.exclude(pk__in=[asked.pk for asked in waiting]), PER_PAGE
        ).get_page(request.GET.get("page")),
    }


def _decide(request: UserRequest, asked: AccessRequest, back: str) -> HttpResponseBase:
    form = DecisionForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("decision_unusable", form.sentence())
        gives = form.cleaned_data["action"] == "approve"
        if gives and (page := password_page(request)):
            return page
        _carry_out(request, asked, form)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect(back)


def _carry_out(request: UserRequest, asked: AccessRequest, form: DecisionForm) -> None:
    origin, user = origin_of(request), request.user
    match form.cleaned_data["action"]:
        case "approve":
            asking.approve(request=asked, decided_by=user, origin=origin)
            messages.success(request, _("Agreed and done."))
            if shown_to := asked.password_shown_to:
                messages.info(
                    request,
                    _("The one-time password is shown to {name}, once.").format(
                        name=shown_to
                    ),
                )
        case "refuse":
            asking.refuse(
                request=asked,
                decided_by=user,
                origin=origin,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Refused."))
        case _action:
            asking.cancel(request=asked, origin=origin)
            messages.success(request, _("Your request was withdrawn."))


def say_that_it_waits(request: UserRequest) -> None:
    """Instead of "done", where a second person has to agree."""
    messages.info(
        request,
        _("A second person has to agree: it waits under “Access requests”."),
        extra_tags=reverse("platform:access"),
    )


def show_password(
    request: UserRequest, made: NewPassword, back: str
) -> HttpResponseBase:
    """A one-time password, on this answer and never again."""
    ctx = {"made": made, "back_url": back}
    return render(request, "accounts/people/password_shown.html", ctx)
