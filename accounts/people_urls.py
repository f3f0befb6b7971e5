"""``/d/<department>/``: a department's members, settings and audit trail."""

from django.urls import path

from accounts.views import department, members

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
    path("settings/", department.settings, name="settings"),
    path("audit/", department.audit, name="audit"),
    path("leave/", members.leave, name="leave"),
]
