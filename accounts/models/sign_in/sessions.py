"""Login sessions that know whose they are and where they were last seen.

Django's own way of extending the database-backed sessions: a model with more columns
and a store that fills them. ``settings.SESSION_ENGINE`` names this module.

The table holds SHA-256 of each session's key. The key itself is in the person's cookie
and nowhere else: whoever reads the database, or a backup of it, cannot log in with it.
"""

import hashlib
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


def stored_key(session_key: str) -> str:
    """What the table has for a key. Keys are random: one fast, unsalted hash is enough,
    and finds the row."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class Session(AbstractBaseSession):
    """One browser that is logged in (or not yet: ``user`` is null)."""

    session_key = models.CharField(max_length=64, primary_key=True)  # ``stored_key``
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
        """Names the session on a page."""
        return salted_hmac("accounts.sessions", self.session_key).hexdigest()[:32]


class EndReason(models.TextChoices):
    """Why a session ended that its person did not end there."""

    LIMIT = "limit"  # logged in elsewhere once too often
    ELSEWHERE = "elsewhere"  # ended on the session page of another browser
    PASSWORD = "password"  # noqa: S105 - changed elsewhere
    CLOSED = "closed"  # by an administrator


class EndedSession(models.Model):
    """A session that is gone, until its browser has been told why."""

    session_key = models.CharField(max_length=64, primary_key=True)  # ``stored_key``
    reason = models.CharField(max_length=16, choices=EndReason.choices)
    ended_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=EndReason.values),
                name="ended_session_reason_known",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


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
        else:
            self._session_key = None  # never a key that a browser thought up
        return row

    @property
    def stored_key(self) -> str:
        """The key of this session's row; empty while it has none."""
        return stored_key(self.session_key) if self.session_key else ""

    def _rows(self, session_key: str | None) -> models.QuerySet[Session]:
        return Session.objects.filter(session_key=stored_key(session_key or ""))

    def _live_rows(self) -> models.QuerySet[Session]:
        return self._rows(self.session_key).filter(expire_date__gt=timezone.now())

    def _get_session_from_db(self) -> Any:
        return self._remember(self._live_rows().first())

    async def _aget_session_from_db(self) -> Any:
        return self._remember(await self._live_rows().afirst())

    def exists(self, session_key: str) -> bool:
        return self._rows(session_key).exists()

    async def aexists(self, session_key: str) -> bool:
        return await self._rows(session_key).aexists()

    def delete(self, session_key: str | None = None) -> None:
        self._rows(session_key or self.session_key).delete()

    async def adelete(self, session_key: str | None = None) -> None:
        await self._rows(session_key or self.session_key).adelete()

    def _fill(self, row: AbstractBaseSession, data: dict[str, Any]) -> Session:
        assert isinstance(row, Session)  # noqa: S101 - for mypy
        row.session_key = stored_key(row.session_key)
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
        self._rows(self.session_key).update(
            ip_address=self.ip_address,
            user_agent=self.user_agent,
            last_activity=self.last_activity,
        )


def session_of(request: HttpRequest) -> SessionStore:
    """The request's session, as the kind that the settings choose."""
    return cast("SessionStore", request.session)
