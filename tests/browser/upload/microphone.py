"""What a person does with the microphone, and what goes wrong in a browser."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import log_in

UPLOAD = "/d/sales/upload/"

# The page keeps its hands on the stream, so that a test can unplug it.
REMEMBER_STREAM = """
const open = MediaDevices.prototype.getUserMedia;
MediaDevices.prototype.getUserMedia = async function (wanted) {
  window.usedStream = await open.call(this, wanted);
  return window.usedStream;
};
"""
UNPLUG = """() => {
  for (const track of window.usedStream.getTracks()) {
    track.stop();
    track.dispatchEvent(new Event("ended"));
  }
}"""
REFUSE_STORAGE = """
IDBFactory.prototype.open = () => { throw new DOMException("No.", "SecurityError"); };
"""
FULL_STORAGE = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value) {
  if (this.name === "pieces" && value.index > 0)
    throw new DOMException("Full.", "QuotaExceededError");
  return put.call(this, value);
};
"""
KEPT_PIECES = """async () => {
  const db = await new Promise((resolve) => {
    const asked = indexedDB.open("shengwen-microphone");
    asked.onsuccess = () => resolve(asked.result);
  });
  const count = await new Promise((resolve) => {
    const asked = db.transaction("pieces").objectStore("pieces").count();
    asked.onsuccess = () => resolve(asked.result);
  });
  db.close();
  return count;
}"""


def wait_for_pieces(page: Page, condition: str) -> None:
    """Until the ``count`` of pieces that the browser keeps is as it should be."""
    page.evaluate(
        f"""async () => {{
          for (;;) {{
            const count = await ({KEPT_PIECES})();
            if ({condition}) return;
            await new Promise((resolve) => setTimeout(resolve, 50));
          }}
        }}"""
    )


def open_microphone(page: Page, name: str = "alice") -> None:
    """As somebody who has just logged in, on the upload page."""
    log_in(page, name)
    page.goto(UPLOAD)
    page.locator("[data-record]").click()
    expect(page.locator("[data-microphone-start]")).to_be_focused()


def record(page: Page, *, pieces: int = 2) -> None:
    """Until the browser has kept so many pieces of sound."""
    page.locator("[data-microphone-start]").click()
    expect(page.locator("[data-microphone-stop]")).to_be_visible()
    wait_for_pieces(page, f"count >= {pieces}")


def stop(page: Page) -> Locator:
    """The recording that was made, as it is offered."""
    page.locator("[data-microphone-stop]").click()
    made = page.locator(".kept-item").first
    expect(made.locator("[data-kept-upload]")).to_be_focused()
    return made


def upload(page: Page, offered: Locator) -> None:
    """Until the server has it."""
    offered.locator("[data-kept-upload]").click()
    expect(page.locator("[data-queue] a[href*='/recordings/']").first).to_be_visible()
