"""Login sessions that know whose they are and where they were last seen.

Django's own way of extending the database-backed sessions: a model with more columns
and a store that fills them. ``settings.SESSION_ENGINE`` names this module.
"""

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY as AUTH_USER_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac


class Session(AbstractBaseSession):
    """One browser that is logged in (or not yet: ``user`` is null)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="login_sessions",
    )
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    last_activity = models.DateTimeField()

    class Meta(AbstractBaseSession.Meta):
        ordering = ["-last_activity"]

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        return SessionStore

    @property
    def public_id(self) -> str:
        """Names the session on a page; the key would be as good as a password."""
        return public_id(self.session_key)


def public_id(session_key: str) -> str:
    """A name for the session that opens nothing."""
    return salted_hmac("accounts.sessions", session_key).hexdigest()[:32]


class SessionStore(DatabaseSessionStore):
    """Carries the extra columns from the row it loaded to the row it saves."""

    ip_address: str | None = None
    user_agent: str = ""
    created_at: datetime | None = None
    last_activity: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _remember(self, row: Any) -> Any:
        if row is not None:
            self.ip_address = row.ip_address
            self.user_agent = row.user_agent
            self.created_at = row.created_at
            self.last_activity = row.last_activity
        return row

    def _get_session_from_db(self) -> Any:
        return self._remember(super()._get_session_from_db())  # type: ignore[misc]

    async def _aget_session_from_db(self) -> Any:
        row = await super()._aget_session_from_db()  # type: ignore[misc]
        return self._remember(row)

    def _fill(self, row: AbstractBaseSession, data: dict[str, Any]) -> Session:
        assert isinstance(row, Session)  # noqa: S101 - for mypy
        now = timezone.now()
        row.user_id = data.get(AUTH_USER_KEY)
        row.ip_address = self.ip_address
        row.user_agent = self.user_agent
        row.created_at = self.created_at or now
        row.last_activity = self.last_activity or now
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        return self._fill(super().create_model_instance(data), data)

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        return self._fill(await super().acreate_model_instance(data), data)

    def flush(self) -> None:
        super().flush()
        self.ip_address, self.user_agent = None, ""
        self.created_at = self.last_activity = None

    def seen(self, *, ip_address: str | None, user_agent: str, at: datetime) -> None:
        """Note that the person did something; one small UPDATE, no rewrite of data."""
        self.ip_address, self.user_agent = ip_address, user_agent[:200]
        self.last_activity = at
        Session.objects.filter(session_key=self.session_key).update(
            ip_address=self.ip_address,
            user_agent=self.user_agent,
            last_activity=self.last_activity,
        )


def session_of(request: HttpRequest) -> SessionStore:
    """The request's session, as the kind that the settings choose."""
    return cast("SessionStore", request.session)
