import pytest
from playwright.sync_api import Page

from tests.browser.conftest import log_in

pytestmark = [pytest.mark.browser, pytest.mark.once]
POLLED = "**/platform/engine/workers/"


def test_the_server_is_told_whether_a_person_or_the_page_asked(page: Page) -> None:
    log_in(page, "root")
    page.goto("/platform/engine/")
    with page.expect_request(POLLED) as poll:
        pass
    assert poll.value.header_value("x-asked-by") == "page"
    with page.expect_request(POLLED) as poll:
        page.wait_for_timeout(3000)
        page.locator("body").press("a")  # somebody sits there
    assert poll.value.header_value("x-asked-by") == "person"
