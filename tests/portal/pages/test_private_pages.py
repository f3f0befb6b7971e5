"""What somebody saw while logged in stays in no browser."""

from collections.abc import Callable

from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording, make_transcript

ClientOf = Callable[[User], Client]


def test_pages_of_people_are_not_stored_and_sound_may_be(
    alice: User, sales: Department, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    make_transcript(recording)
    client = client_of(alice)
    for url in ("/d/sales/", f"/d/sales/recordings/{recording.uuid}/", "/d/sales/x/"):
        assert client.get(url)["Cache-Control"] == "private, no-store"
    sound = client.get(f"/d/sales/recordings/{recording.uuid}/media/")
    sound.getvalue()
    assert sound["Cache-Control"] == "private, no-cache"


def test_a_page_asks_whose_login_it_has(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    page = client.get("/d/sales/").content.decode()
    assert f'data-account="{alice.pk}"' in page
    answer = client.get("/accounts/account/")
    assert answer.json()["account"] == str(alice.pk)
    assert "no-store" in answer["Cache-Control"]
    client.post("/accounts/logout/")
    gone = client.get("/accounts/account/").json()
    assert gone["account"] is None and gone["csrf"]
