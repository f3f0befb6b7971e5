"""``/d/<department>/``: a department's members, settings and audit trail."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.http.navigation import Place, Section
from accounts.roles import Capability
from accounts.views import access_requests, audit, departments, members

MEMBERS = Section(
    "members", _("Members"), "people", Place.DEPARTMENT, Capability.MANAGE_MEMBERS
)
SETTINGS = Section(
    "settings",
    _("Settings"),
    "settings",
    Place.DEPARTMENT,
    Capability.MANAGE_DEPARTMENT,
)
ACCESS = Section("access", _("Access"), "key", Place.DEPARTMENT, Capability.VIEW_ACCESS)
AUDIT = Section(
    "audit", _("Audit log"), "audit", Place.DEPARTMENT, Capability.VIEW_AUDIT
)

app_name = "people"
urlpatterns = [
    *MEMBERS.pages(
        path("members/", members.member_list, name="members"),
        path("members/<int:member_id>/", members.member_update, name="member_update"),
        path("invitations/", members.invite, name="invite"),
        path(
            "invitations/<uuid:uuid>/revoke/",
            members.invitation_revoke,
            name="invitation_revoke",
        ),
    ),
    *SETTINGS.pages(path("settings/", departments.settings, name="settings")),
    *ACCESS.pages(
        path("access/", access_requests.department_requests, name="access"),
        path("access/seen/", access_requests.department_seen, name="access_seen"),
        path(
            "access/<uuid:uuid>/",
            access_requests.department_decide,
            name="access_decide",
        ),
        path(
            "access/<uuid:uuid>/password/",
            access_requests.department_password_show,
            name="access_password",
        ),
    ),
    *AUDIT.pages(path("audit/", audit.department_audit, name="audit")),
    path("leave/", members.leave, name="leave"),
]
