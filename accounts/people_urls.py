"""``/d/<department>/``: a department's members, settings and audit trail."""

from django.urls import path

from accounts.views import access_requests, audit, departments, members

app_name = "people"
urlpatterns = [
    path("members/", members.member_list, name="members"),
    path("members/<int:member_id>/", members.member_update, name="member_update"),
    path("invitations/", members.invite, name="invite"),
    path(
        "invitations/<uuid:uuid>/revoke/",
        members.invitation_revoke,
        name="invitation_revoke",
    ),
    path("settings/", departments.settings, name="settings"),
    path("audit/", audit.department_audit, name="audit"),
    path("access/", access_requests.department_requests, name="access"),
    path("access/seen/", access_requests.department_seen, name="access_seen"),
    path(
        "access/<uuid:uuid>/", access_requests.department_decide, name="access_decide"
    ),
    path("leave/", members.leave, name="leave"),
]
