"""The platform's departments and accounts. Nothing here shows what was said."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts import audit_trail
from accounts.access import Role
from accounts.audit import origin_of
from accounts.doors import access_department, access_user
from accounts.forms import (
    AppointForm,
    DepartmentForm,
    NewDepartmentForm,
    NewUserForm,
    UserForm,
)
from accounts.http import UserRequest, platform_admins_only
from accounts.models import Department, Membership, User
from accounts.services import departments, members, people
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
    ctx = {"made": made.new_admin, "back": "platform:departments"}
    return render(request, "accounts/platform/password_shown.html", ctx)


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
        admin = appoint_form.cleaned_data["username"]
        members.appoint(
            department=department,
            user=admin,
            role=Role.ADMIN,
            origin=origin_of(request),
        )
        messages.success(
            request,
            _("{name} is now an admin of {department}.").format(
                name=admin, department=department
            ),
        )
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
    }
    return render(request, "accounts/platform/department_edit.html", ctx)


@require_safe
@platform_admins_only
def user_list(request: UserRequest) -> HttpResponseBase:
    query = request.GET.get("q", "").replace("\0", "").strip()
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
        try:
            made = people.create_user(origin=origin_of(request), **form.cleaned_data)
        except AccountsRefused as refusal:
            form.add_error("username", refusal.message)
        else:
            ctx = {"made": made, "back": "platform:users"}
            return render(request, "accounts/platform/password_shown.html", ctx)
    return render(request, "accounts/platform/user_create.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@platform_admins_only
def user_edit(request: UserRequest, user_id: int) -> HttpResponseBase:
    person = access_user(request.user, user_id)
    form = UserForm(request.POST or None, instance=access_user(request.user, user_id))
    if form.is_valid():
        try:
            people.edit_user(
                user=person, origin=origin_of(request), **form.cleaned_data
            )
        except AccountsRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("platform:users")
    ctx = {
        "person": person,
        "form": form,
        "memberships": person.memberships.select_related("department"),
    }
    return render(request, "accounts/platform/user_edit.html", ctx)


@require_POST
@never_cache
@platform_admins_only
def user_reset(request: UserRequest, user_id: int) -> HttpResponseBase:
    """A one-time password, shown on this answer and never again."""
    person = access_user(request.user, user_id)
    made = people.reset_password(user=person, origin=origin_of(request))
    ctx = {"made": made, "back": "platform:users"}
    return render(request, "accounts/platform/password_shown.html", ctx)


@require_safe
@platform_admins_only
def audit(request: UserRequest) -> HttpResponseBase:
    return audit_page(request, events=audit_trail.platform_events(), department=None)
