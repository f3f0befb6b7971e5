"""Departments and people that every test may ask for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker, Settings

from accounts.migrations._audit_triggers import allow_emptying
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.sign_in.recent_password import note_password
from tests.people import join, make_user
from transcription.search.backends.choose import backend_of


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tests with transactions of their own end with Django emptying every table."""
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        allow_emptying(editor)


@pytest.fixture(autouse=True)
def index_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """Django's emptying knows models, and the search index is a table without one:
    what a test with transactions of its own puts in would be found by the next."""
    marker = request.node.get_closest_marker("django_db")
    is_transactional = "transactional_db" in request.fixturenames or bool(
        marker and marker.kwargs.get("transaction")
    )
    if is_transactional:
        request.getfixturevalue("transactional_db")
    yield
    if is_transactional:
        with connection.cursor() as cursor:
            backend_of(connection).empty(cursor)


@pytest.fixture(autouse=True)
def media_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """No test writes into the installation's media."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "media" / "incoming"
    (tmp_path / "media" / "incoming").mkdir(parents=True)


@pytest.fixture(autouse=True)
def language_of_its_own() -> Iterator[None]:
    """A request leaves its reader's language behind in the thread, as a server's next
    request would not notice, and the next test would."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def one_job_at_once(settings: Settings) -> None:
    """A test's transaction belongs to its thread; ``test_concurrency`` wants more."""
    settings.JOBS_AT_ONCE = 1


@pytest.fixture(autouse=True)
def without_preparations(settings: Settings, tmp_path: Path) -> None:
    """Pages need no ``collectstatic``, logins no second of hashing."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def sales(db: None) -> Department:
    return Department.objects.create(slug="sales", name="销售部")


@pytest.fixture
def support(db: None) -> Department:
    return Department.objects.create(slug="support", name="客服部")


@pytest.fixture
def alice(sales: Department) -> User:
    """May upload and read in sales."""
    return join(make_user("alice"), sales, Role.MEMBER)


@pytest.fixture
def bob(sales: Department) -> User:
    """Supervises sales: also corrects what others uploaded."""
    return join(make_user("bob"), sales, Role.SUPERVISOR)


@pytest.fixture
def carol(sales: Department) -> User:
    """Administers sales."""
    return join(make_user("carol"), sales, Role.ADMIN)


@pytest.fixture
def dave(sales: Department) -> User:
    """Audits sales: reads, changes nothing."""
    return join(make_user("dave"), sales, Role.AUDITOR)


@pytest.fixture
def charlie(support: Department) -> User:
    """A stranger to sales."""
    return join(make_user("charlie"), support, Role.MEMBER)


@pytest.fixture
def root(db: None) -> User:
    """Runs the platform, reads no contents."""
    return make_user("root", is_platform_admin=True)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which the person has just logged in."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        note_password(session)
        session.save()
        return client

    return log_in
