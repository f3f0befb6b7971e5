"""The platform's departments and accounts. Nothing here shows what was said."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
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

from accounts.access import access_department, access_user
from accounts.forms.departments import DepartmentForm, NewDepartmentForm
from accounts.forms.members import AppointForm
from accounts.forms.people import NewUserForm, UserForm
from accounts.http.guards import platform_admins_only
from accounts.http.reauthentication import password_page
from accounts.http.requests import UserRequest, typed_query
from accounts.models.access_requests import AccessKind, AccessRequest
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services import departments
from accounts.services.access_requests import asking
from accounts.services.access_requests.asking import Wish, appointment
from accounts.services.access_requests.rules import guard_of, has_people
from accounts.services.audit import reading as audit_trail
from accounts.services.audit.writing import origin_of
from accounts.services.people import NewPassword
from accounts.services.refusal import AccountsRefused
from accounts.views.department import audit_page

PER_PAGE = 50


@require_safe
@platform_admins_only
def department_list(request: UserRequest) -> HttpResponseBase:
    active = Q(memberships__is_active=True, memberships__user__is_active=True)
    found = Department.objects.order_by("-is_active", "name").annotate(
        member_count=Count("memberships", filter=active),
        admin_count=Count("memberships", filter=active & Q(memberships__role="admin")),
    )
    return render(request, "accounts/platform/departments.html", {"departments": found})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@platform_admins_only
def department_create(request: UserRequest) -> HttpResponseBase:
    form = NewDepartmentForm(request.POST or None)
    if form.is_valid():
        if page := password_page(request):
            return page
        try:
            return _create_department(request, form)
        except AccountsRefused as refusal:
            form.add_error("admin_username", refusal.message)
    return render(request, "accounts/platform/department_create.html", {"form": form})


def _create_department(
    request: UserRequest, form: NewDepartmentForm
) -> HttpResponseBase:
    made = departments.create_department_with_admin(
        origin=origin_of(request),
        slug=form.cleaned_data["slug"],
        name=form.cleaned_data["name"],
        admin=form.cleaned_data["admin"],
        admin_username=form.cleaned_data["admin_username"],
        admin_display_name=form.cleaned_data["admin_display_name"],
    )
    messages.success(
        request, _("{department} was created.").format(department=made.department)
    )
    if made.new_admin is None:
        return redirect("platform:departments")
    return _shown(request, made.new_admin, "platform:departments")


@require_http_methods(["GET", "HEAD", "POST"])
@platform_admins_only
def department_edit(request: UserRequest, department_id: int) -> HttpResponseBase:
    department = access_department(request.user, department_id)
    is_appointing = "username" in request.POST
    form = DepartmentForm(
        None if is_appointing else request.POST or None,
        instance=access_department(request.user, department_id),
    )
    appoint_form = AppointForm(request.POST if is_appointing else None)
    if appoint_form.is_valid():
        if page := password_page(request):
            return page
        if _appoint(request, department, appoint_form):
            return redirect("platform:department_edit", department_id=department.pk)
    if form.is_valid():
        departments.edit_department(
            department=department, origin=origin_of(request), **form.cleaned_data
        )
        messages.success(request, _("Saved."))
        return redirect("platform:departments")
    ctx = {
        "department_edited": department,
        "form": form,
        "appoint_form": appoint_form,
        "admins": Membership.objects.filter(
            department=department, role=Role.ADMIN, is_active=True
        ).select_related("user"),
        "needs_second_person": has_people(department),
    }
    return render(request, "accounts/platform/department_edit.html", ctx)


def _appoint(request: UserRequest, department: Department, form: AppointForm) -> bool:
    """Make somebody an admin, or ask for it; False: the form says why not."""
    admin = form.cleaned_data["username"]
    try:
        asked = asking.do_or_ask(
            wish=appointment(admin, department, Role.ADMIN),
            origin=origin_of(request),
            note=form.cleaned_data["note"],
        )
    except AccountsRefused as refusal:
        form.add_error(None, refusal.message)
        return False
    if isinstance(asked, AccessRequest):
        _say_that_it_waits(request)
    else:
        messages.success(
            request,
            _("{name} is now an admin of {department}.").format(
                name=admin, department=department
            ),
        )
    return True


def _say_that_it_waits(request: UserRequest) -> None:
    messages.info(
        request,
        _("A second person has to agree: it waits under “Access requests”."),
        extra_tags=reverse("platform:access"),
    )


def _shown(request: UserRequest, made: NewPassword, back: str) -> HttpResponseBase:
    ctx = {"made": made, "back_url": reverse(back)}
    return render(request, "accounts/platform/password_shown.html", ctx)


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
    return render(request, "accounts/platform/users.html", ctx)


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
        except AccountsRefused as refusal:
            taken = refusal.code == "username_taken"
            form.add_error("username" if taken else None, refusal.message)
        else:
            if isinstance(made, NewPassword):
                return _shown(request, made, "platform:users")
            _say_that_it_waits(request)
            return redirect("platform:users")
    return render(request, "accounts/platform/user_create.html", {"form": form})


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
    form = UserForm(request.POST or None, instance=access_user(request.user, user_id))
    if form.is_valid():
        if page := password_page(request):
            return page
        try:
            asked = asking.edit_user_or_ask(
                user=person, origin=origin_of(request), **form.cleaned_data
            )
        except AccountsRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            if asked:
                _say_that_it_waits(request)
            return redirect("platform:users")
    ctx = {
        "person": person,
        "form": form,
        "memberships": person.memberships.select_related("department"),
        "needs_second_person": guard_of(
            AccessKind.RESET, target=person, department=None
        ).needs_second_person,
    }
    return render(request, "accounts/platform/user_edit.html", ctx)


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
    except AccountsRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("platform:user_edit", user_id=person.pk)
    if isinstance(made, NewPassword):
        return _shown(request, made, "platform:users")
    _say_that_it_waits(request)
    return redirect("platform:user_edit", user_id=person.pk)


@require_safe
@platform_admins_only
def audit(request: UserRequest) -> HttpResponseBase:
    return audit_page(request, events=audit_trail.platform_events(), department=None)
