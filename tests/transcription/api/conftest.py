"""Programs that hold a key, and a worker that answers at once."""

import io
import wave
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.tokens import create_token
from tests.people import membership

ApiOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def no_waiting(settings: Settings) -> None:
    """No worker runs in these tests; and nobody is throttled for the last test's."""
    settings.API_WAIT_SECONDS = 0
    cache.clear()


@pytest.fixture
def api_of() -> ApiOf:
    """A program that holds the person's key."""

    def with_key(user: User) -> Client:
        made = create_token(membership=membership(user), origin=SYSTEM, name="test")
        return Client(headers={"authorization": f"Bearer {made.secret}"})

    return with_key


def speech(seconds: float = 0.5, *, value: int = 0) -> SimpleUploadedFile:
    """A real WAV file; another ``value``, another file."""
    return SimpleUploadedFile("电话 01.wav", wav(seconds, value=value), "audio/wav")


def wav(seconds: float = 0.5, *, value: int = 0) -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(value.to_bytes(2, "little") * int(seconds * 16_000))
    return content.getvalue()
