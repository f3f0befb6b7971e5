"""A department's members and invitations."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import access_invitation, access_member
from accounts.forms.members import InviteForm, RoleForm
from accounts.http.guards import requires
from accounts.http.reauthentication import password_page
from accounts.http.requests import DepartmentRequest, typed_query
from accounts.models.invitations import Invitation
from accounts.models.members import Membership
from accounts.roles import Capability, Role
from accounts.services import invitations, members
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused

PER_PAGE = 50


def _members_page(
    request: DepartmentRequest, *, invite_form: InviteForm
) -> HttpResponseBase:
    query = typed_query(request)
    found = members.members_called(request.department, query)
    chosen = request.GET.get("group", "")
    page = Paginator(members.of_group(found, chosen), PER_PAGE)
    ctx = {
        "page": page.get_page(request.GET.get("page")),
        "query": query,
        "groups": members.member_groups(found),
        "chosen": chosen,
        "roles": Role.choices,
        "invite_form": invite_form,
        "invitations": Invitation.objects.filter(
            department=request.department,
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=timezone.now(),
        ).select_related("invited_by"),
    }
    return render(request, "accounts/members/list.html", ctx)


@require_safe
@requires(Capability.MANAGE_MEMBERS)
def member_list(request: DepartmentRequest) -> HttpResponseBase:
    return _members_page(request, invite_form=InviteForm())


@require_POST
def member_update(request: DepartmentRequest, member_id: int) -> HttpResponseBase:
    """``action`` is ``role`` (with ``role``), ``disable`` or ``enable``."""
    member = access_member(request.membership, member_id, Capability.MANAGE_MEMBERS)
    if page := password_page(request):
        return page
    origin = origin_of(request)
    try:
        match request.POST.get("action"):
            case "disable":
                members.disable_member(membership=member, origin=origin)
                done = _("{name} no longer has access to {department}.")
            case "enable":
                members.enable_member(membership=member, origin=origin)
                done = _("{name} has access to {department} again.")
            case _action:
                done = _change_role(request, member)
        messages.success(
            request, done.format(name=member.user, department=request.department)
        )
        if member.pk == request.membership.pk:
            return redirect("home")  # they have just shut this door behind themselves
    except Refused as refusal:
        if "application/json" in request.headers.get("Accept", ""):
            raise
        messages.error(request, refusal.sentence)
    narrowed = request.GET.urlencode()
    listed = reverse("people:members", args=[request.department.slug])
    return redirect(f"{listed}?{narrowed}" if narrowed else listed)


def _change_role(request: DepartmentRequest, member: Membership) -> str:
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Refused("role_unknown", _("Choose one of the roles."))
    role: Role = form.cleaned_data["role"]
    members.change_role(
        membership=member,
        origin=origin_of(request),
        role=role,
        version=form.cleaned_data["version"],
    )
    return _("{name} is now: {role}.").replace("{role}", str(role.label))


@require_POST
@never_cache
@requires(Capability.MANAGE_MEMBERS)
def invite(request: DepartmentRequest) -> HttpResponseBase:
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _members_page(request, invite_form=form)
    if page := password_page(request):
        return page
    made = invitations.invite(
        membership=request.membership,
        origin=origin_of(request),
        role=Role(form.cleaned_data["role"]),
        note=form.cleaned_data["note"],
    )
    path = reverse("accounts:invitation", kwargs={"secret": made.secret})
    ctx = {"made": made, "link": request.build_absolute_uri(path)}
    return render(request, "accounts/invitations/invited.html", ctx)


@require_POST
def invitation_revoke(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    invitation = access_invitation(request.membership, uuid, Capability.MANAGE_MEMBERS)
    try:
        invitations.revoke_invitation(invitation=invitation, origin=origin_of(request))
        messages.success(request, _("The invitation was withdrawn."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("people:members", department=request.department.slug)


@require_POST
def leave(request: DepartmentRequest) -> HttpResponseBase:
    """Anybody may go, except the last admin."""
    try:
        members.leave_department(
            membership=request.membership, origin=origin_of(request)
        )
        messages.success(
            request,
            _("You have left {department}.").format(department=request.department),
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("accounts:profile")
