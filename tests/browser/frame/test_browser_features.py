import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.once]
# Harmless, or what every page needs, and hints that are off unless the server asks.
LEFT = {
    *("aria-notify", "cross-origin-isolated", "unload"),
    *("deferred-fetch", "deferred-fetch-minimal", "digital-credentials-create"),
    *("local-network", "local-network-access", "loopback-network"),
    "media-playback-while-not-visible",
}


def test_a_page_can_use_the_microphone_and_no_other_device(page: Page) -> None:
    """The page is watched: a feature that Chromium does not know is a warning there."""
    page.goto("/accounts/login/")
    allowed = set(page.evaluate("document.featurePolicy.allowedFeatures()"))
    hints = {name for name in allowed if name.startswith("ch-")}
    assert allowed - hints - LEFT == {"microphone", "autoplay", "clipboard-write"}
