"""``/platform/``: departments and accounts, for platform admins."""

from django.urls import path

from accounts.views import access_requests, audit, departments, people

app_name = "platform"
urlpatterns = [
    path("departments/", departments.department_list, name="departments"),
    path("departments/new/", departments.department_create, name="department_create"),
    path(
        "departments/<int:department_id>/",
        departments.department_edit,
        name="department_edit",
    ),
    path("users/", people.user_list, name="users"),
    path("users/new/", people.user_create, name="user_create"),
    path("users/<int:user_id>/", people.user_edit, name="user_edit"),
    path("users/<int:user_id>/reset/", people.user_reset, name="user_reset"),
    path("access/", access_requests.platform_requests, name="access"),
    path("access/<uuid:uuid>/", access_requests.platform_decide, name="access_decide"),
    path(
        "access/<uuid:uuid>/password/",
        access_requests.password_show,
        name="access_password",
    ),
    path("audit/", audit.platform_audit, name="audit"),
]
