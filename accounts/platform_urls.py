"""``/platform/``: departments and accounts, for platform admins."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.http.navigation import Place, Section
from accounts.views import access_requests, audit, departments, people

DEPARTMENTS = Section(
    "platform-departments", _("Departments"), "department", Place.PLATFORM
)
PEOPLE = Section("platform-users", _("People"), "people", Place.PLATFORM)
ACCESS = Section("platform-access", _("Access requests"), "key", Place.PLATFORM)
AUDIT = Section("platform-audit", _("Audit log"), "audit", Place.PLATFORM)

app_name = "platform"
urlpatterns = [
    *DEPARTMENTS.pages(
        path("departments/", departments.department_list, name="departments"),
        path(
            "departments/new/", departments.department_create, name="department_create"
        ),
        path(
            "departments/<int:department_id>/",
            departments.department_edit,
            name="department_edit",
        ),
    ),
    *PEOPLE.pages(
        path("users/", people.user_list, name="users"),
        path("users/new/", people.user_create, name="user_create"),
        path("users/<int:user_id>/", people.user_edit, name="user_edit"),
        path("users/<int:user_id>/reset/", people.user_reset, name="user_reset"),
    ),
    *ACCESS.pages(
        path("access/", access_requests.platform_requests, name="access"),
        path(
            "access/<uuid:uuid>/", access_requests.platform_decide, name="access_decide"
        ),
        path(
            "access/<uuid:uuid>/password/",
            access_requests.password_show,
            name="access_password",
        ),
    ),
    *AUDIT.pages(path("audit/", audit.platform_audit, name="audit")),
]
