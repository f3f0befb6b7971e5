"""Forms that are large, and those that are too large."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models.departments import Department
from accounts.models.people import User
from portal.http import request_limits
from portal.http.middleware import TooLargeMiddleware
from portal.http.request_body import Receive, Scope, Send
from portal.http.request_limits import FORM_MAX_BYTES, REFUSAL, RequestLimits
from tests.portal.http.asgi import ask, scope
from transcription.models.hotwords.lists import HotwordList

ClientOf = Callable[[User], Client]
URLENCODED = "application/x-www-form-urlencoded"
PASTED_BYTES = 546_000


def test_a_pasted_list_of_half_a_megabyte_is_taken(
    sales: Department, carol: User, client_of: ClientOf
) -> None:
    """A browser sends three bytes for one of them."""
    words = HotwordList.objects.create(department=sales, name="产品")
    url = reverse(
        "transcription:hotword_list_text",
        kwargs={"department": "sales", "uuid": words.uuid},
    )
    lines = "\n".join(f"{number:04d}" + "汉" * 39 for number in range(4_500))
    assert len(lines.encode()) > PASTED_BYTES
    client = client_of(carol)
    version = client.get(url).context["form"].initial["version"]
    sent = urlencode({"text": lines, "version": version})
    assert 2**20 < len(sent) < FORM_MAX_BYTES
    answer = client.post(url, sent, content_type=URLENCODED)
    assert answer.status_code in (200, 302, 422)
    assert answer.status_code == 302 or "汉汉汉" in answer.content.decode()


def test_two_hundred_files_are_the_most_and_that_is_said(
    alice: User, client_of: ClientOf
) -> None:
    files = [SimpleUploadedFile(f"{n}.wav", b"RIFF") for n in range(205)]
    answer = client_of(alice).post(
        "/d/sales/upload/",
        {"file": files},
        headers={"accept": "text/html", "accept-language": "en"},
    )
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "At most 200 files go at once." in page
    assert 'class="sidebar"' in page
    answer = client_of(alice).post(
        "/d/sales/upload/", {"file": files}, headers={"accept": "application/json"}
    )
    assert answer.json()["code"] == "too_many_files"


def test_too_many_fields_are_counted_out(alice: User, client_of: ClientOf) -> None:
    answer = client_of(alice).post(
        "/preferences/theme/",
        {str(number): "x" for number in range(1001)},
        headers={"accept-language": "en"},
    )
    assert answer.status_code == 400
    assert "too many fields: at most 1000" in answer.content.decode()


def test_a_form_that_is_too_large_is_answered_by_a_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Django makes it, of the request without its body; programs get a sentence."""
    monkeypatch.setattr(request_limits, "LINGER_SECONDS", 0.05)
    seen: list[Scope] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        assert await receive() == {"type": "http.request", "body": b""}
        seen.append(scope)
        await send({"type": "http.response.start", "status": 413, "headers": []})
        await send({"type": "http.response.body", "body": b"<html>"})

    limits = RequestLimits(page)
    length = str(FORM_MAX_BYTES + 1)
    declared = ask(
        limits,
        scope("/x/", content_length=length, accept="text/html,*/*"),
        [b"a"],
        silent_after=True,
    )
    hidden = ask(limits, scope("/x/", accept="text/html"), [b"x" * 2**20] * 3)
    for answer in (declared, hidden):
        assert (answer.status, answer.body) == (413, b"<html>")
    assert declared.headers["connection"] == "close"
    assert [one[REFUSAL].code for one in seen] == ["too_large"] * 2
    for accept in ("*/*", "application/json", "text/html, application/json"):
        answer = ask(limits, scope("/x/", content_length=length, accept=accept))
        assert (answer.status, len(seen)) == (413, 2)


@pytest.mark.django_db
def test_the_page_says_how_much_and_that_nothing_typed_is_lost() -> None:
    def never(request: HttpRequest) -> HttpResponse:
        raise AssertionError("This request should have been refused.")

    class Refused:
        def sentence(self) -> str:
            return "At most 2 MB."

    request = HttpRequest()
    request.user = AnonymousUser()
    request.scope = {REFUSAL: Refused()}  # type: ignore[attr-defined]
    with translation.override("zh-hans"):
        answer = TooLargeMiddleware(never)(request)
    assert answer.status_code == 413
    assert "At most 2 MB." in answer.content.decode()
    assert "您输入的内容还在" in answer.content.decode()


def test_what_the_server_lets_in_django_takes() -> None:
    assert FORM_MAX_BYTES == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
