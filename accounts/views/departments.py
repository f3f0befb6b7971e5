"""Departments: made and renamed by the platform, described by their admins."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from accounts.access import access_department
from accounts.forms.conflicts import conflict_of, conflict_status
from accounts.forms.departments import (
    DepartmentForm,
    DepartmentSettingsForm,
    NewDepartmentForm,
)
from accounts.forms.members import AppointForm
from accounts.http.guards import platform_admins_only, requires
from accounts.http.reauthentication import password_page
from accounts.http.requests import DepartmentRequest, UserRequest
from accounts.models.access_requests import AccessRequest
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.roles import Capability, Role
from accounts.services import departments
from accounts.services.access_requests import asking
from accounts.services.access_requests.asking import appointment
from accounts.services.access_requests.rules import has_people
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from accounts.services.versions import ChangedMeanwhile
from accounts.views.access_requests import say_that_it_waits, show_password


@require_safe
@platform_admins_only
def department_list(request: UserRequest) -> HttpResponseBase:
    active = Q(memberships__is_active=True, memberships__user__is_active=True)
    found = Department.objects.order_by("-is_active", "name").annotate(
        member_count=Count("memberships", filter=active),
        admin_count=Count("memberships", filter=active & Q(memberships__role="admin")),
    )
    return render(request, "accounts/departments/list.html", {"departments": found})


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
        except Refused as refusal:
            form.add_error("admin_username", refusal.sentence)
    return render(request, "accounts/departments/create.html", {"form": form})


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
    return show_password(request, made.new_admin, reverse("platform:departments"))


@require_http_methods(["GET", "HEAD", "POST"])
@platform_admins_only
def department_edit(request: UserRequest, department_id: int) -> HttpResponseBase:
    department = access_department(request.user, department_id)
    if "theirs" in request.POST:  # of a conflict: what is stored stands
        return redirect("platform:department_edit", department_id=department.pk)
    is_appointing = "username" in request.POST
    form = DepartmentForm(
        None if is_appointing else request.POST or None, **_known(department)
    )
    conflict = None
    appoint_form = AppointForm(request.POST if is_appointing else None)
    if appoint_form.is_valid():
        if page := password_page(request):
            return page
        if _appoint(request, department, appoint_form):
            return redirect("platform:department_edit", department_id=department.pk)
    if form.is_valid():
        try:
            departments.edit_department(
                department=department, origin=origin_of(request), **form.cleaned_data
            )
        except ChangedMeanwhile as changed:
            theirs = DepartmentForm(**_known(department))
            conflict = conflict_of(request, changed, form, theirs)
        else:
            messages.success(request, _("Saved."))
            return redirect("platform:departments")
    ctx = {
        "conflict": conflict,
        "form": form,
        "appoint_form": appoint_form,
        **_about(department),
    }
    status = conflict_status(request) if conflict else 200
    return render(request, "accounts/departments/edit.html", ctx, status=status)


def _about(department: Department) -> dict[str, object]:
    """What the page says besides its forms."""
    admins = Membership.objects.filter(
        department=department, role=Role.ADMIN, is_active=True
    )
    return {
        "department_edited": department,
        "admins": admins.select_related("user"),
        "needs_second_person": has_people(department),
    }


def _known(department: Department) -> dict[str, Any]:
    """What the platform's form is filled from."""
    fresh = Department.objects.get(pk=department.pk)
    version = departments.department_version(fresh)
    return {"instance": fresh, "initial": {"version": version}}


def _appoint(request: UserRequest, department: Department, form: AppointForm) -> bool:
    """Make somebody an admin, or ask for it; False: the form says why not."""
    admin = form.cleaned_data["username"]
    try:
        asked = asking.do_or_ask(
            wish=appointment(admin, department, Role.ADMIN),
            origin=origin_of(request),
            note=form.cleaned_data["note"],
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return False
    if isinstance(asked, AccessRequest):
        say_that_it_waits(request)
    else:
        messages.success(
            request,
            _("{name} is now an admin of {department}.").format(
                name=admin, department=department
            ),
        )
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE_DEPARTMENT)
def settings(request: DepartmentRequest) -> HttpResponseBase:
    if "theirs" in request.POST:  # of a conflict: what is stored stands
        return redirect("people:settings", department=request.department.slug)
    # A form writes into its instance; the page's header still shows the stored name.
    form = DepartmentSettingsForm(request.POST or None, **_stored(request))
    conflict, status = None, 422 if form.is_bound else 200
    if form.is_valid():
        try:
            departments.change_settings(
                department=request.department,
                origin=origin_of(request),
                settings=form.settings(),
                version=form.cleaned_data["version"],
            )
        except ChangedMeanwhile as changed:
            theirs = DepartmentSettingsForm(**_stored(request))
            conflict = conflict_of(request, changed, form, theirs)
            status = conflict_status(request)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:settings", department=request.department.slug)
    ctx = {"form": form, "conflict": conflict}
    return render(request, "accounts/departments/settings.html", ctx, status=status)


def _stored(request: DepartmentRequest) -> dict[str, Any]:
    """What the form is filled from."""
    department = Department.objects.get(pk=request.department.pk)
    version = departments.settings_version(department)
    return {"instance": department, "initial": {"version": version}}
