"""``Authorization: Bearer swk_…`` for the API; ``Basic`` for clients of others."""

import base64
import binascii
import hmac

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.services.secret_text import hash_secret
from accounts.services.tokens import find_token, note_use


class TokenAuthentication(BaseAuthentication):
    """``request.user`` is the key's person, ``request.auth`` the key: an ``ApiToken``
    whose ``membership`` (with its department) is active."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, rest = get_authorization_header(request).partition(b" ")
        secret = self.secret_in(scheme.lower(), rest.strip())
        if secret is None:
            return None
        token = known_token(secret)
        # For the audit trail, should it be refused (``accounts.middleware.refusals``).
        request._request.presented_token = token  # type: ignore[attr-defined]
        require_live(token)
        note_use(token=token)
        return token.membership.user, token

    def secret_in(self, scheme: bytes, rest: bytes) -> str | None:
        """The secret that the header shows; None where it is of another kind."""
        return rest.decode("latin-1") if scheme == b"bearer" else None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeyAuthentication(TokenAuthentication):
    """The same for clients of other people's APIs: the key may also come as HTTP Basic,
    as the password or, with none, as the user name. Nobody is asked for Basic: a
    browser would open its own window."""

    def secret_in(self, scheme: bytes, rest: bytes) -> str | None:
        if scheme != b"basic":
            return super().secret_in(scheme, rest)
        try:
            pair = base64.b64decode(rest, validate=True).decode("latin-1")
        except binascii.Error:
            return ""
        name, _colon, password = pair.partition(":")
        return password or name


def known_token(secret: str) -> ApiToken:
    """The key that the secret belongs to, whatever became of it."""
    token = find_token(secret)
    # Found by its hash, so nothing about a secret leaks through the time the lookup
    # takes; compared again so that this does not depend on the database's collation.
    if token is None or not hmac.compare_digest(token.secret_hash, hash_secret(secret)):
        raise AuthenticationFailed(_("This API token is not valid."), "token_wrong")
    return token


def require_live(token: ApiToken) -> None:
    """Refuse a key that no longer opens anything."""
    if token.revoked_at is not None:
        raise AuthenticationFailed(_("This API token was revoked."), "token_revoked")
    if token.expires_at is not None and token.expires_at <= timezone.now():
        raise AuthenticationFailed(_("This API token has expired."), "token_expired")
    membership = token.membership
    if not (
        membership.is_active
        and membership.department.is_active
        and membership.user.is_active
    ):
        raise AuthenticationFailed(
            _("This API token's account is disabled."), "token_disabled"
        )
    if membership.user.must_change_password:
        raise AuthenticationFailed(
            _("This API token's person must first choose a new password."),
            "password_change_required",
        )


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[misc]
    """How the OpenAPI page explains the header."""

    target_class = "accounts.http.api_auth.TokenAuthentication"
    name = "bearerToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "swk_…"}
