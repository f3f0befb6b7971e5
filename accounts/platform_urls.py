"""``/platform/``: departments and accounts, for platform admins."""

from django.urls import path

from accounts.views import access_requests, platform

app_name = "platform"
urlpatterns = [
    path("departments/", platform.department_list, name="departments"),
    path("departments/new/", platform.department_create, name="department_create"),
    path(
        "departments/<int:department_id>/",
        platform.department_edit,
        name="department_edit",
    ),
    path("users/", platform.user_list, name="users"),
    path("users/new/", platform.user_create, name="user_create"),
    path("users/<int:user_id>/", platform.user_edit, name="user_edit"),
    path("users/<int:user_id>/reset/", platform.user_reset, name="user_reset"),
    path("access/", access_requests.platform_requests, name="access"),
    path("access/<uuid:uuid>/", access_requests.platform_decide, name="access_decide"),
    path("audit/", platform.audit, name="audit"),
]
