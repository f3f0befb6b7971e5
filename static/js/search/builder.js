// The fields beside the search box: what they say is written into the box while they are
// filled, as transcription/search/composing.py does without scripts. Who edits the box
// goes on there: the fields are emptied, and what they say from then on is added.

const QUOTES = "\"“”„‟＂「｢『」｣』";
const PIECE = new RegExp(`[${QUOTES}]([^${QUOTES}]*)[${QUOTES}]|([^\\s${QUOTES}]+)`, "gu");
const SAYS_SOMETHING = /[\p{L}\p{N}]/u;
const WORD = /^[\p{L}\p{N}]+$/u;
const VALUE = /^[\p{L}\p{N}_-]*[\p{L}\p{N}][\p{L}\p{N}_-]*$/u;

for (const form of document.querySelectorAll("form[data-builder]")) {
  const box = document.querySelector(form.dataset.builder);
  if (box) watch(form, box);
}

function watch(form, box) {
  let written = "";

  const put = (text) => {
    const isThere = written && box.value.endsWith(written);
    const before = isThere ? box.value.slice(0, -written.length) : box.value;
    box.value = [before.trim(), text].filter(Boolean).join(" ");
    written = text;
  };

  form.addEventListener("input", () => put(compose(form)));
  form.addEventListener("reset", () => put(""));
  box.addEventListener("input", () => {
    written = "";
    form.reset();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    box.form.requestSubmit();
  });
}

function compose(form) {
  const operators = new Set(form.dataset.operators.split(" "));
  const word = (text) =>
    WORD.test(text) && !operators.has(text.normalize("NFKC")) ? text : `"${text}"`;
  const pieces = (which) =>
    [...words(form, which).matchAll(PIECE)]
      .map(([, quote, plain]) => (quote || plain || "").trim())
      .filter((piece) => SAYS_SOMETHING.test(piece))
      .map(word);

  const parts = [...form.querySelectorAll("[data-name]")]
    .filter((field) => field.value.trim())
    .map((field) => field.dataset.name + quoted(field.value.trim()));
  parts.push(...pieces("all"));
  const phrase = words(form, "phrase").replace(new RegExp(`[${QUOTES}]`, "gu"), " ").trim();
  if (SAYS_SOMETHING.test(phrase)) parts.push(word(phrase));
  const either = pieces("any");
  const oneOf = either.join(` ${form.dataset.either} `);
  parts.push(...(either.length > 1 ? [`(${oneOf})`] : either));
  parts.push(...pieces("none").map((piece) => `-${piece}`));
  return parts.join(" ");
}

function words(form, which) {
  return form.querySelector(`[data-words="${which}"]`)?.value ?? "";
}

// In quotes of which the value has none itself, unless it can stand alone.
function quoted(value) {
  if (VALUE.test(value)) return value;
  if (!/["“”„‟＂]/u.test(value)) return `"${value}"`;
  if (!/[」｣]/u.test(value)) return `「${value}」`;
  if (!/』/u.test(value)) return `『${value}』`;
  return `"${value.replace(/["“”„‟＂]/gu, " ")}"`;
}
