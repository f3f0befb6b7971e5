"""``/accounts/``: the person's own pages."""

from django.urls import path

from accounts.views import invitations, profile, sign_in

app_name = "accounts"
urlpatterns = [
    path("login/", sign_in.LoginView.as_view(), name="login"),
    path("account/", sign_in.account, name="account"),
    path("logout/", sign_in.logout, name="logout"),
    path("password/", sign_in.password, name="password"),
    path("sessions/", sign_in.sessions, name="sessions"),
    path("sessions/end/", sign_in.session_end, name="session_end"),
    path("profile/", profile.profile, name="profile"),
    path("profile/tokens/", profile.token_create, name="token_create"),
    path(
        "profile/tokens/<uuid:uuid>/revoke/", profile.token_revoke, name="token_revoke"
    ),
    path("invitation/", invitations.invitation_form, name="invitation_form"),
    path("invitation/<str:secret>/", invitations.invitation, name="invitation"),
]
