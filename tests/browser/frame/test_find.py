"""Find inside a transcript takes phrases as the search page takes them."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FIND = """async ([text, typed]) => {
  const { makeFinder } = await import("/static/js/recordings/find.js");
  const page = document.createElement("div");
  page.dataset.text = "normal";
  page.innerHTML = `<form data-find><input><span data-find-count></span></form>
    <p class="segment-text" data-kind="normal"></p>`;
  page.querySelector("p").textContent = text;
  document.body.append(page);
  makeFinder(page);
  const input = page.querySelector("input");
  input.value = typed;
  input.dispatchEvent(new Event("input"));
  const painted = [...(CSS.highlights.get("find") ?? [])].map(String);
  page.remove();
  return painted;
}"""


@pytest.mark.parametrize(
    ("text", "typed", "painted"),
    [
        ("非常抱歉，因为仓库盘点。", "抱歉因为", ["抱歉，因为"]),
        ("非常抱歉，因为仓库盘点。", "抱歉，因为", ["抱歉，因为"]),
        ("订单号是吧，662019。", "是吧662019", ["是吧，662019"]),
        ("对吗？对吗？", "吗", ["吗", "吗"]),
        ("对吗？好吧。", "？", ["？"]),
        ("Yes, I see. Good.", "yes i SEE", ["Yes, I see"]),
        ("一共12.5元，不是125元。", "125元", ["125元"]),
        ("一共12.5元，不是125元。", "12.5元不是", ["12.5元，不是"]),
    ],
)
def test_phrases_are_found_across_marks_and_numbers_stay_whole(
    page: Page, text: str, typed: str, painted: list[str]
) -> None:
    page.goto("/accounts/login/")
    assert page.evaluate(FIND, [text, typed]) == painted
