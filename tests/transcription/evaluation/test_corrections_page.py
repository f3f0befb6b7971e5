"""Corrected sentences, taken from the pages that need them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording, make_transcript
from transcription.models.evaluation import ReferenceItem
from transcription.models.hotwords.lists import HotwordList

ClientOf = Callable[[User], Client]
BASE = "/d/sales/evaluation/"


@pytest.fixture
def corrected(sales: Department) -> None:
    transcript = make_transcript(make_recording(sales))
    transcript.segments.update(edited_at=timezone.now())


@pytest.fixture
def draft(sales: Department) -> HotwordList:
    return HotwordList.objects.create(department=sales, name="产品")


@pytest.mark.usefixtures("corrected")
def test_the_page_of_sets_offers_them_until_they_are_taken(
    carol: User, alice: User, client_of: ClientOf
) -> None:
    client = client_of(carol)
    assert "使用 3 句人工修改" in client.get(BASE).content.decode()
    assert "使用 3 句人工修改" not in client_of(alice).get(BASE).content.decode()
    answer = client.post(f"{BASE}corrections/", follow=True)
    assert "已添加 3 句" in answer.content.decode()
    assert ReferenceItem.objects.count() == 3
    assert "句人工修改" not in client.get(BASE).content.decode()


@pytest.mark.usefixtures("corrected")
def test_a_draft_can_be_tried_on_them_in_two_clicks(
    carol: User, client_of: ClientOf, draft: HotwordList
) -> None:
    client, page = client_of(carol), f"/d/sales/hotwords/{draft.uuid}/try/"
    assert "使用 3 句人工修改" in client.get(page).content.decode()
    data = {"list": str(draft.uuid)}
    answer = client.post(f"{BASE}corrections/", data, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "人工修改</option>" in answer.content.decode()


def test_without_any_the_pages_say_what_to_do(
    carol: User, client_of: ClientOf, draft: HotwordList
) -> None:
    client = client_of(carol)
    page = client.get(f"/d/sales/hotwords/{draft.uuid}/try/").content.decode()
    assert "请先修改录音中的几句" in page
    answer = client.post(f"{BASE}corrections/", follow=True)
    assert "没有尚未加入评测集的人工修改" in answer.content.decode()


def test_a_form_that_names_no_list_goes_nowhere(
    carol: User, client_of: ClientOf
) -> None:
    answer = client_of(carol).post(f"{BASE}corrections/", {"list": "x"})
    assert answer.status_code == 404
