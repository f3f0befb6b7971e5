"""``/accounts/``: the person's own pages."""

from django.urls import path

from accounts.views import invitations, profile, sessions

app_name = "accounts"
urlpatterns = [
    path("login/", sessions.LoginView.as_view(), name="login"),
    path("logout/", sessions.logout, name="logout"),
    path("password/", sessions.password, name="password"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/end/", sessions.session_end, name="session_end"),
    path("profile/", profile.profile, name="profile"),
    path("profile/tokens/", profile.token_create, name="token_create"),
    path(
        "profile/tokens/<uuid:uuid>/revoke/", profile.token_revoke, name="token_revoke"
    ),
    path("invitation/", invitations.invitation_form, name="invitation_form"),
    path("invitation/<str:secret>/", invitations.invitation, name="invitation"),
]
