"""The person's own page and the department's settings."""

from collections.abc import Callable

import pytest
from django.forms import ModelForm
from django.test import Client
from django.utils import translation

from accounts.forms.departments import DepartmentSettingsForm
from accounts.forms.people import NewUserForm, ProfileForm, UserForm
from accounts.forms.sign_in import NewAccountForm
from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.user_agents import short_name
from transcription.models.recordings import Language

ClientOf = Callable[[User], Client]
SETTINGS = {
    "name": "销售一部",
    "default_language": "en",
    "left_channel_name": "坐席",
    "right_channel_name": "客户",
}


def test_a_name_is_changed_and_audited(alice: User, client_of: ClientOf) -> None:
    data = {"display_name": "爱丽丝", "email": "alice@example.com"}
    client_of(alice).post("/accounts/profile/", data)
    alice.refresh_from_db()
    assert (alice.display_name, alice.email) == ("爱丽丝", "alice@example.com")
    assert AuditEvent.objects.get().detail["display_name"] == ["Alice", "爱丽丝"]


@pytest.mark.parametrize(
    "form", [NewAccountForm, NewUserForm, ProfileForm, UserForm], ids=str
)
def test_a_person_has_a_persons_name(form: type[ModelForm[User]]) -> None:
    with translation.override("zh-hans"):
        assert form().fields["display_name"].label == "姓名"


@pytest.mark.parametrize(
    "data", [{}, {"display_name": " "}, {"display_name": "A", "email": "x"}]
)
def test_a_bad_profile_is_explained(
    alice: User, client_of: ClientOf, data: dict[str, str]
) -> None:
    response = client_of(alice).post("/accounts/profile/", data | {"x": "y"})
    assert response.context["form"].errors
    alice.refresh_from_db()
    assert alice.display_name == "Alice"


def test_who_runs_the_platform_is_not_told_to_ask_for_a_department(
    root: User, charlie: User, client_of: ClientOf
) -> None:
    charlie.memberships.all().delete()
    for user, is_told in ((root, False), (charlie, True)):
        page = client_of(user).get("/accounts/profile/").content.decode()
        assert ('class="empty"' in page, 'id="tokens"' in page) == (is_told, is_told)


def test_the_profile_gives_no_rights(alice: User, client_of: ClientOf) -> None:
    data = {"display_name": "A", "is_platform_admin": "on", "username": "root"}
    client_of(alice).post("/accounts/profile/", data)
    alice.refresh_from_db()
    assert (alice.username, alice.is_platform_admin) == ("alice", False)


def test_settings_are_saved_and_the_difference_audited(
    carol: User, sales: Department, client_of: ClientOf
) -> None:
    client_of(carol).post("/d/sales/settings/", SETTINGS)
    sales.refresh_from_db()
    assert (sales.name, sales.default_language) == ("销售一部", "en")
    assert (sales.default_itn, sales.default_punctuation) == (False, False)
    event = AuditEvent.objects.get()
    assert event.department == sales
    assert event.detail["default_language"] == ["zh", "en"]
    assert event.detail["default_punctuation"] == [True, False]
    assert "right_channel_name" not in event.detail


def test_the_page_shows_what_uploads_begin_with(
    carol: User, client_of: ClientOf
) -> None:
    page = client_of(carol).get("/d/sales/settings/").content.decode()
    assert "识别引擎不写标点时，自动补上标点" in page
    assert page.count("checked") >= 2


def test_saving_the_same_again_is_no_event(carol: User, client_of: ClientOf) -> None:
    for _time in range(2):
        client_of(carol).post("/d/sales/settings/", SETTINGS)
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    "over", [{"default_language": "fr"}, {"name": ""}, {"left_channel_name": "长" * 33}]
)
def test_bad_settings_are_explained(
    carol: User, sales: Department, client_of: ClientOf, over: dict[str, str]
) -> None:
    response = client_of(carol).post("/d/sales/settings/", SETTINGS | over)
    assert response.context["form"].errors
    sales.refresh_from_db()
    assert sales.name == "销售部"


def test_the_settings_offer_the_languages_of_recordings() -> None:
    offered = DepartmentSettingsForm().fields["default_language"].choices  # type: ignore[attr-defined]
    assert [value for value, _label in offered] == Language.values


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
            "(KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 "
            "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Firefox/127.0", "Firefox · Linux"),
        ("something", ""),
        ("", ""),
    ],
)
def test_browsers_have_short_names(user_agent: str, name: str) -> None:
    assert short_name(user_agent) == name
