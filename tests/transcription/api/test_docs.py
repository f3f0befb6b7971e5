"""The API's page and its document."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

from accounts.models.people import User

ClientOf = Callable[[User], Client]
CHINESE = range(0x4E00, 0xA000)


def test_the_page_has_the_menu_and_says_how_to_begin(
    alice: User, client_of: ClientOf
) -> None:
    response = client_of(alice).get("/api/docs/")
    content = response.content.decode()
    assert 'class="sidebar"' in content
    assert 'href="/accounts/profile/#tokens"' in content
    assert "http://testserver/api/transcribe" in content
    assert "'unsafe-inline'" in response["Content-Security-Policy"]
    assert "<script>" not in content


@pytest.mark.django_db
def test_the_page_stays_open_to_everybody() -> None:
    response = Client().get("/api/docs/")
    assert response.status_code == 200
    assert 'class="sidebar"' not in response.content.decode()


def texts(node: object) -> list[str]:
    """Every description in the document."""
    if isinstance(node, list):
        return [text for part in node for text in texts(part)]
    if not isinstance(node, dict):
        return []
    found = [text for part in node.values() for text in texts(part)]
    text = node.get("description")
    return [*found, str(text)] if text and not isinstance(text, dict) else found


@pytest.mark.parametrize(("language", "is_chinese"), [("zh-hans", True), ("en", False)])
def test_the_document_speaks_one_language(language: str, is_chinese: bool) -> None:
    with translation.override(language):
        document = SchemaGenerator().get_schema(request=None, public=True)
        found = texts(document)
        assert len(found) > 20
        for text in found:
            assert any(ord(c) in CHINESE for c in text) is is_chinese, text


def test_each_operation_says_what_it_does_under_a_heading() -> None:
    with translation.override("zh-hans"):
        document = SchemaGenerator().get_schema(request=None, public=True)
    found = [o for path in document["paths"].values() for o in path.values()]
    assert len({operation["operationId"] for operation in found}) == len(found) > 15
    for operation in found:
        for text in (operation["summary"], *operation["tags"]):
            assert any(ord(c) in CHINESE for c in text), text


def test_no_number_is_as_large_as_a_database_could_store() -> None:
    document = SchemaGenerator().get_schema(request=None, public=True)
    assert str(2**63 - 1) not in str(document)


def test_a_choice_that_may_be_empty_is_one_kind_of_choice() -> None:
    document = SchemaGenerator().get_schema(request=None, public=True)
    schemas = document["components"]["schemas"]
    assert not {"BlankEnum", "NullEnum"} & set(schemas)
