from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_job, make_recording
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords.lists import add_words
from transcription.services.hotwords.versions import publish_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Browser = Callable[[User], Client]


def url(name: str, item: HotwordList, **kwargs: object) -> str:
    """In sales."""
    kwargs |= {"department": "sales", "uuid": item.uuid}
    return reverse(f"transcription:{name}", kwargs=kwargs)


def main_of(client: Client, address: str, **data: str) -> str:
    """The page without the sidebar."""
    response = client.get(address, data)
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2]


def after(client: Client, address: str, **data: str) -> str:
    """The page that a form leads to."""
    response = client.post(address, data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_a_new_list_says_that_no_job_uses_it(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    client = client_of(carol)
    page = main_of(client, url("hotword_list", products))
    assert "No job uses this list before it is published" in page
    page = after(client, url("hotword_list_publish", products))
    assert "Published as version 1: new jobs use it." in page
    assert "No job uses this list" not in page
    page = after(client, url("hotword_list_publish", products))
    assert "Nothing has changed since the last version." in page


def test_members_are_not_told_that_jobs_use_a_list_without_a_version(
    alice: User, client_of: Browser, products: HotwordList
) -> None:
    client, address = client_of(alice), url("hotword_list", products)
    assert "Not used by new jobs" in main_of(client, address)
    publish_list(hotword_list=products, origin=SYSTEM)
    page = main_of(client, address)
    assert "Used by new jobs" in page
    assert "Not used by new jobs" not in page


def test_a_word_added_is_seen_to_be_a_draft_and_published_with_one_click(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    publish_list(hotword_list=products, origin=SYSTEM)
    client = client_of(carol)
    page = after(client, url("hotword_list_add", products), text="基金 | 鸡金")
    assert "1 unpublished change" in page
    assert "New jobs still use version 1." in page
    assert "鸡金" in page
    page = main_of(client, reverse("transcription:hotword_lists", args=["sales"]))
    assert "1 unpublished change" in page
    note = "新产品"
    page = after(client, url("hotword_list_publish", products), note=note)
    assert "Published as version 2" in page
    assert note in main_of(client, url("hotword_versions", products))


def test_a_word_is_added_and_published_at_once(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    publish_list(hotword_list=products, origin=SYSTEM)
    client = client_of(carol)
    assert "Add and publish" in main_of(client, url("hotword_list", products))
    page = after(client, url("hotword_list_add", products), text="基金", publish="1")
    assert "Published as version 2" in page
    # What stands in the draft already is not published along with another word.
    add_words(hotword_list=products, origin=SYSTEM, text="草稿")
    assert "Add and publish" not in main_of(client, url("hotword_list", products))
    after(client, url("hotword_list_paste", products), text="债券", publish="1")
    products.refresh_from_db()
    assert (products.versions.count(), products.change_count) == (2, 2)


def test_a_bad_line_beside_a_good_one_does_not_keep_it_from_being_published(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    publish_list(hotword_list=products, origin=SYSTEM)
    address = url("hotword_list_paste", products)
    page = after(client_of(carol), address, text="基金\n<坏>", publish="1")
    assert "1 word added · 1 line left out" in " ".join(page.split())
    assert "Published as version 2" in page


def test_changes_are_discarded(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    client = client_of(carol)
    page = after(client, url("hotword_list_discard", products))
    assert "nothing to go back to" in page
    publish_list(hotword_list=products, origin=SYSTEM)
    add_words(hotword_list=products, origin=SYSTEM, text="基金")
    page = after(client, url("hotword_list_discard", products))
    assert "1 change discarded." in page
    assert not products.hotwords.filter(text="基金").exists()


def test_variants_are_edited_on_a_page_of_their_own(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    client = client_of(carol)
    word = products.hotwords.get(text="利率")
    address = url("hotword_edit", products, hotword_id=word.pk)
    assert "利率" in main_of(client, address)
    page = after(client, address, text="利率", spoken="里率\r\n力率")
    assert "里率 · 力率" in page
    archive = "/d/sales/hotwords/archive/?word="
    link = f"{archive}{quote('利率|里率|力率')}"
    assert link in main_of(client, address)
    assert client.get(link).status_code == 200
    refused = client.post(address, {"text": "理财"})
    assert refused.status_code == 422
    assert "Already in the list." in refused.content.decode()
    refused = client.post(address, {"text": "利率", "spoken": "http"})
    assert "A web address cannot be a hotword." in refused.content.decode()
    gone = url("hotword_edit", products, hotword_id=0)
    assert client.get(gone).status_code == 404


def test_a_removed_word_comes_back_with_its_variants(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    add_words(hotword_list=products, origin=SYSTEM, text="OKR | 欧克阿")
    word = products.hotwords.get(text="OKR")
    page = after(client_of(carol), url("hotword_delete", products, hotword_id=word.pk))
    assert 'name="text" value="OKR|欧克阿"' in page


def test_versions_are_compared_and_gone_back_to(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    client = client_of(carol)
    publish_list(hotword_list=products, origin=SYSTEM)
    add_words(hotword_list=products, origin=SYSTEM, text="基金")
    publish_list(hotword_list=products, origin=SYSTEM, note="加基金")
    history = url("hotword_versions", products)
    page = main_of(client, history, **{"from": "1", "to": "2"})
    assert "From version 1 to version 2" in page
    assert "基金" in page
    assert "理财" not in page
    assert "Everything in version 1" in main_of(
        client, history, **{"from": "0", "to": "1"}
    )
    page = main_of(client, history, **{"from": "2", "to": "2"})
    assert "Both have the same words." in page
    for odd in ("x", "9", "-1", "²", "\x00"):
        assert "From version" not in main_of(
            client, history, **{"from": odd, "to": "1"}
        )
    restore = url("hotword_version_restore", products, number=1)
    page = after(client, restore)
    assert "Version 3 has the words of version 1" in page
    assert "the words of version 1 again" in page
    add_words(hotword_list=products, origin=SYSTEM, text="债券")
    assert "Publish or discard them first." in after(client, restore)
    gone = url("hotword_version_restore", products, number=77)
    assert client.post(gone).status_code == 404


def test_members_read_the_history_and_publish_nothing(
    alice: User, client_of: Browser, products: HotwordList
) -> None:
    publish_list(hotword_list=products, origin=SYSTEM)
    add_words(hotword_list=products, origin=SYSTEM, text="基金")
    client = client_of(alice)
    page = main_of(client, url("hotword_list", products))
    assert "1 unpublished change" in page
    assert "Discard changes" not in page
    page = main_of(client, url("hotword_versions", products))
    assert "Version 1" in page
    assert "Back to this" not in page
    for name in ("hotword_list_publish", "hotword_list_discard"):
        assert client.post(url(name, products)).status_code == 403


def test_a_recording_tells_which_versions_its_text_was_made_with(
    alice: User, client_of: Browser, products: HotwordList
) -> None:
    recording = make_recording(products.department, alice)  # type: ignore[arg-type]
    make_job(
        recording,
        hotwords=["OKR|欧克阿"],
        hotword_versions=[{"list": str(products.uuid), "name": "产品", "number": 7}],
    )
    address = reverse(
        "transcription:recording",
        kwargs={"department": "sales", "uuid": recording.uuid},
    )
    page = main_of(client_of(alice), address)
    assert "“产品”, version 7" in page
    assert "OKR" in page
    assert "欧克阿" not in page
