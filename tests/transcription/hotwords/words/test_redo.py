from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models.audit.events import AuditEvent
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.refusal import Refused
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords.drafts import draft_lines, published_lines
from transcription.services.hotwords.lists import add_words
from transcription.services.hotwords.versions import (
    Steps,
    bring_back_draft,
    discard_draft,
    publish_list,
    steps_of,
)

Browser = Callable[[User], Client]


@pytest.mark.parametrize(
    ("history", "undo", "redo"),
    [
        ([], None, None),
        ([(1, None)], None, None),
        ([(1, None), (2, None), (3, None)], 2, None),
        ([(1, None), (2, None), (3, None), (4, 2)], 1, 3),
        ([(1, None), (2, None), (3, None), (4, 2), (5, 1)], None, 2),
        ([(1, None), (2, None), (3, None), (4, 2), (5, 1), (6, 2)], 1, 3),
        ([(1, None), (2, None), (3, None), (4, 1)], None, 2),
        ([(1, None), (2, None), (3, None), (4, 1), (5, 3)], 2, None),
        # Something new forgets what was undone.
        ([(1, None), (2, None), (3, 1), (4, None)], 1, None),
    ],
)
def test_undo_and_redo_go_along_the_history(
    history: list[tuple[int, int | None]], undo: int | None, redo: int | None
) -> None:
    assert steps_of(history) == Steps(undo, redo)


@pytest.mark.django_db
def test_discarded_changes_are_brought_back_once(products: HotwordList) -> None:
    publish_list(hotword_list=products, origin=SYSTEM)
    add_words(hotword_list=products, origin=SYSTEM, text="基金 | 鸡金")
    products.hotwords.get(text="利率").delete()
    before = draft_lines(products)
    assert discard_draft(hotword_list=products, origin=SYSTEM) == 2
    assert bring_back_draft(hotword_list=products, origin=SYSTEM) == 2
    assert draft_lines(products) == before == ["理财", "基金|鸡金"]
    assert AuditEvent.objects.latest("pk").detail == {"brought_back": 2}
    with pytest.raises(Refused) as refused:
        bring_back_draft(hotword_list=products, origin=SYSTEM)
    assert refused.value.code == "nothing_to_bring_back"


@pytest.mark.django_db
def test_what_somebody_changed_since_is_not_undone(products: HotwordList) -> None:
    publish_list(hotword_list=products, origin=SYSTEM)
    add_words(hotword_list=products, origin=SYSTEM, text="基金")
    discard_draft(hotword_list=products, origin=SYSTEM)
    add_words(hotword_list=products, origin=SYSTEM, text="债券")
    with pytest.raises(Refused):
        bring_back_draft(hotword_list=products, origin=SYSTEM)
    assert draft_lines(products) == ["利率", "理财", "债券"]


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
def test_an_admin_undoes_and_redoes_on_the_pages(
    carol: User, alice: User, client_of: Browser, products: HotwordList
) -> None:
    def url(name: str, **kwargs: object) -> str:
        kwargs |= {"department": "sales", "uuid": products.uuid}
        return reverse(f"transcription:{name}", kwargs=kwargs)

    publish_list(hotword_list=products, origin=SYSTEM)
    add_words(hotword_list=products, origin=SYSTEM, text="基金")
    publish_list(hotword_list=products, origin=SYSTEM)
    client = client_of(carol)
    page = client.get(url("hotword_versions")).content.decode()
    assert "Undo: version 1" in page
    assert "Redo" not in page
    client.post(url("hotword_version_restore", number=1))
    assert published_lines(products) == ["利率", "理财"]
    page = client.get(url("hotword_versions")).content.decode()
    assert "Redo: version 2" in page
    assert "Undo" not in page
    readers = client_of(alice).get(url("hotword_versions")).content.decode()
    assert "Redo" not in readers
    client.post(url("hotword_version_restore", number=2))
    assert published_lines(products) == ["利率", "理财", "基金"]
    add_words(hotword_list=products, origin=SYSTEM, text="债券")
    page = client.post(url("hotword_list_discard"), follow=True).content.decode()
    assert "Bring them back" in page
    page = client.post(url("hotword_list_bring_back"), follow=True).content.decode()
    assert "1 change is back." in page
    assert "Bring them back" not in page
    assert draft_lines(products)[-1] == "债券"
