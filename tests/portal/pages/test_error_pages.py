"""403, 404 and 405: a sentence, a way on, and the menu for whoever has logged in."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.refusal import Refused
from tests.factories import make_recording
from transcription.views import search

ClientOf = Callable[[User], Client]
NOWHERE = "/nowhere/"


def test_an_address_for_forms_only_is_a_page_with_a_way_back(
    alice: User, sales: Department, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    for name in ("retry", "cancel", "delete", "restore"):
        url = f"/d/sales/recordings/{recording.uuid}/{name}/"
        response = client_of(alice).get(url)
        assert response.status_code == 405
        assert response["Allow"] == "POST"
        content = response.content.decode()
        assert "这个地址不是页面。" in content
        assert 'class="sidebar"' in content


@pytest.mark.django_db
def test_a_405_is_json_for_programs_and_stays_short_for_others() -> None:
    answer = Client().get("/preferences/theme/", headers={"accept": "application/json"})
    assert answer.content == b""
    answer = Client().get("/preferences/theme/", headers={"accept": "text/html"})
    assert 'class="sidebar"' not in answer.content.decode()
    both = "text/html, application/json"
    answer = Client().get("/preferences/theme/", headers={"accept": both})
    assert answer.json()["code"] == "method_not_allowed"


def test_the_menu_stays_on_403_and_404(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    for url, status in ((NOWHERE, 404), ("/d/sales/members/", 403)):
        response = client.get(url)
        content = response.content.decode()
        assert response.status_code == status
        assert 'class="sidebar"' in content
        assert 'href="/d/sales/upload/"' in content
        assert "前往我的录音" in content


@pytest.mark.django_db
def test_nobody_in_particular_gets_no_menu() -> None:
    content = Client().get(NOWHERE).content.decode()
    assert 'class="sidebar"' not in content


def test_who_has_no_recordings_is_led_to_the_start_page(
    root: User, client_of: ClientOf
) -> None:
    content = client_of(root).get(NOWHERE).content.decode()
    assert "返回首页" in content
    assert "前往我的录音" not in content


def test_a_refusal_that_no_view_catches_is_its_sentence(
    alice: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say_no(*_: object, **__: object) -> None:
        raise Refused("made_up", "此事不可。")

    client = client_of(alice)
    monkeypatch.setattr(search, "SearchForm", say_no)
    page = client.get("/d/sales/search/")
    assert page.status_code == 409
    content = page.content.decode()
    assert "此事不可。" in content
    assert 'class="sidebar"' in content
    answer = client.get("/d/sales/search/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (409, "made_up")
