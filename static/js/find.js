// Find inside one transcript. Hits are painted with the CSS highlight API, so the text
// itself, its marks and its selection stay as they are.

const canPaint = "highlights" in CSS;

function paint(name, ranges) {
  if (!canPaint) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}

export function rangeIn(element, from, to) {
  // A range over the element's characters from–to, across its text nodes.
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let at = 0;
  let started = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const end = at + node.length;
    if (!started && from < end) {
      range.setStart(node, from - at);
      started = true;
    }
    if (started && to <= end) {
      range.setEnd(node, to - at);
      return range;
    }
    at = end;
  }
  return null;
}

export function paintNow(range) {
  paint("now", range ? [range] : []);
}

export function makeFinder(page) {
  const form = page.querySelector("[data-find]");
  if (!form) return { focus() {}, refresh() {} };
  const input = form.querySelector("input");
  const count = form.querySelector("[data-find-count]");
  let hits = [];
  let current = -1;

  function search() {
    const wanted = input.value.trim().toLowerCase();
    hits = [];
    current = -1;
    if (wanted) {
      const kind = page.dataset.text;
      for (const text of page.querySelectorAll(`.segment-text[data-kind="${kind}"]`)) {
        const content = text.textContent.toLowerCase();
        let at = content.indexOf(wanted);
        while (at >= 0) {
          const range = rangeIn(text, at, at + wanted.length);
          if (range) hits.push({ range, text });
          at = content.indexOf(wanted, at + wanted.length);
        }
      }
    }
    paint("find", hits.map((hit) => hit.range));
    step(1, false);
  }

  function step(by, isUser = true) {
    const total = hits.length;
    if (total) current = (current + by + total) % total;
    count.textContent = input.value.trim() ? `${current + 1}/${total}` : "";
    paint("find-current", total ? [hits[current].range] : []);
    if (total && (isUser || input.value))
      hits[current].text.scrollIntoView({ block: "center" });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    step(1);
  });
  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    }
    if (event.key === "Escape") {
      input.value = "";
      search();
      input.blur();
    }
  });
  for (const button of form.querySelectorAll("[data-find-step]")) {
    button.addEventListener("click", () => step(Number(button.dataset.findStep)));
  }
  return { focus: () => input.focus(), refresh: () => input.value && search() };
}
