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

const MARKS = "，。？,.?";

function withoutMarks(content) {
  // Nobody said the marks, and the search page finds phrases across them. Those inside
  // a number (12.5, 1,000) belong to it. With the place of each character that is left.
  const isDigit = (char) => char >= "0" && char <= "9";
  const places = [...Array(content.length).keys()].filter((at) => {
    const isInNumber = isDigit(content[at - 1]) && isDigit(content[at + 1]);
    return isInNumber || !MARKS.includes(content[at]);
  });
  return { text: places.map((at) => content[at]).join(""), places };
}

function placesOf(wanted, content) {
  // From and to of each place; whoever types only marks looks for marks.
  const word = withoutMarks(wanted).text;
  if (!word) return startsOf(wanted, content).map((at) => [at, at + wanted.length]);
  const { text, places } = withoutMarks(content);
  return startsOf(word, text).map((at) => [
    places[at],
    places[at + word.length - 1] + 1,
  ]);
}

function startsOf(wanted, content) {
  const found = [];
  let at = content.indexOf(wanted);
  while (at >= 0) {
    found.push(at);
    at = content.indexOf(wanted, at + wanted.length);
  }
  return found;
}

export function paintNow(range) {
  paint("now", range ? [range] : []);
}

export function makeFinder(page) {
  const form = page.querySelector("[data-find]");
  if (!form) return { focus() {}, refresh() {} };
  const input = form.querySelector("input");
  const count = form.querySelector("[data-find-count]");
  const arrows = [...form.querySelectorAll("[data-find-step]")];
  let hits = [];
  let current = -1;

  function hitsOf(words) {
    const texts = page.querySelectorAll(
      `.segment-text[data-kind="${page.dataset.text}"]`,
    );
    return [...texts].flatMap((text) => {
      const content = text.textContent.toLowerCase();
      return words
        .flatMap((word) => placesOf(word, content))
        .sort((one, other) => one[0] - other[0])
        .map(([from, to]) => ({ range: rangeIn(text, from, to), text }))
        .filter((hit) => hit.range);
    });
  }

  function search({ from = null, isCalm = false } = {}) {
    // What was typed; else, for a query of the search page, each of its words.
    const wanted = input.value.trim().toLowerCase();
    hits = wanted ? hitsOf([wanted]) : [];
    const words = wanted.split(/[\s"“”「」『』]+/).filter(Boolean);
    if (!hits.length && words.length) hits = hitsOf(words);
    const first = from ? hits.findIndex((hit) => from.contains(hit.text)) : 0;
    current = hits.length ? Math.max(0, first) : -1;
    paint("find", hits.map((hit) => hit.range));
    show(isCalm);
  }

  function show(isCalm = false) {
    const total = hits.length;
    const none = input.value.trim() ? count.dataset.none : "";
    count.textContent = total ? `${current + 1}/${total}` : none;
    for (const arrow of arrows) arrow.disabled = !total;
    paint("find-current", total ? [hits[current].range] : []);
    if (total && !isCalm) hits[current].text.scrollIntoView({ block: "center" });
  }

  function step(by) {
    if (hits.length) current = (current + by + hits.length) % hits.length;
    show();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    step(1);
  });
  input.addEventListener("input", () => search());
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
  for (const arrow of arrows) {
    arrow.addEventListener("click", () => step(Number(arrow.dataset.findStep)));
  }
  // Come from the search page: the words are marked, and nothing moves from the hit.
  const hit = document.getElementById(location.hash.slice(1));
  if (input.value) search({ from: hit, isCalm: Boolean(hit) });
  return {
    focus: () => input.focus(),
    refresh: () => input.value && search({ isCalm: true }),
  };
}
