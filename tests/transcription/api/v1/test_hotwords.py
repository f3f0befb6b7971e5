"""``/api/v1/departments/<slug>/hotword-lists/``."""

import pytest

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.transcription.api.conftest import ApiOf
from tests.transcription.api.test_errors import problem_of
from tests.transcription.api.v1.conftest import BASE, JSON
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords.lists import create_list
from transcription.services.hotwords.versions import add_and_publish

URL = f"{BASE}hotword-lists/"


@pytest.fixture
def products(sales: Department) -> HotwordList:
    made = create_list(department=sales, origin=SYSTEM, name="产品")
    add_and_publish(hotword_list=made, origin=SYSTEM, text="利率\n理财|立财")
    return made


def test_lists_of_the_department_and_of_the_company(
    api_of: ApiOf, alice: User, products: HotwordList, support: Department
) -> None:
    create_list(department=None, origin=SYSTEM, name="公司")
    create_list(department=support, origin=SYSTEM, name="别的")
    rows = api_of(alice).get(URL).json()["results"]
    assert [(row["name"], row["is_company"], row["is_used"]) for row in rows] == [
        ("产品", False, True),
        ("公司", True, False),
    ]
    assert (rows[0]["number"], rows[0]["word_count"]) == (1, 2)
    told = api_of(alice).get(rows[0]["url"]).json()
    assert told["words"] == ["利率", "理财|立财"]


def test_a_draft_is_replaced_and_published(
    api_of: ApiOf, alice: User, carol: User, products: HotwordList
) -> None:
    url, api = f"{URL}{products.uuid}/", api_of(carol)
    draft = api.get(f"{url}draft/")
    assert draft.json() == {"words": ["利率", "理财|立财"]}
    words = {"words": ["利率", "云帆科技", "x" * 40]}
    problem_of(api.put(f"{url}draft/", words, JSON), 428, "version_required")
    seen = {"if-match": draft["ETag"]}
    saved = api.put(f"{url}draft/", words, JSON, headers=seen)
    assert saved.status_code == 200, saved.content
    assert saved.json()["words"] == ["利率", "云帆科技"]
    assert [one["text"] for one in saved.json()["problems"]] == ["x" * 40]
    stale = api.put(f"{url}draft/", {"words": ["别的"]}, JSON, headers=seen)
    problem_of(stale, 412, "changed_meanwhile")
    assert api_of(alice).get(url).json()["words"] == ["利率", "理财|立财"]
    made = api.post(f"{url}publish/", {"note": "云帆"}, JSON)
    assert (made.status_code, made.json()["number"]) == (201, 2)
    assert api_of(alice).get(url).json()["words"] == ["利率", "云帆科技"]
    problem_of(api.post(f"{url}publish/", {}, JSON), 409, "nothing_to_publish")


def test_a_draft_is_not_emptied(
    api_of: ApiOf, carol: User, products: HotwordList
) -> None:
    url = f"{URL}{products.uuid}/draft/"
    answer = api_of(carol).put(url, {"words": []}, JSON, headers={"if-match": "*"})
    problem_of(answer, 400, "nothing_left")


def test_members_read_and_do_not_change(
    api_of: ApiOf, alice: User, products: HotwordList
) -> None:
    url, api = f"{URL}{products.uuid}/", api_of(alice)
    assert api.get(f"{url}draft/").status_code == 200
    for answer in (
        api.put(f"{url}draft/", {"words": ["x"]}, JSON, headers={"if-match": "*"}),
        api.post(f"{url}publish/"),
    ):
        problem_of(answer, 403, "permission_denied")


def test_the_companys_draft_is_for_the_platform(
    api_of: ApiOf, carol: User, sales: Department
) -> None:
    company = create_list(department=None, origin=SYSTEM, name="公司")
    url = f"{URL}{company.uuid}/draft/"
    problem_of(api_of(carol).get(url), 404, "not_found")
