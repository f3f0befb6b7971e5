// The fields beside the search box: what they say is written into the box while they are
// filled, as transcription/search/composing.py does without scripts. They come filled with
// what the box asks; what they cannot say stays in it as it was typed. Who edits the box
// goes on there: the fields are emptied, and what they say from then on is added.

const QUOTED = '["“”„‟＂][^"“”„‟＂]*["“”„‟＂]|[「｢][^」｣]*[」｣]|『[^』]*』';
const PIECE = new RegExp(`(?:${QUOTED})|(?:(?!${QUOTED})\\S)+`, "gu");
const IS_QUOTED = new RegExp(`^(?:${QUOTED})$`, "u");
const SAYS_SOMETHING = /[\p{L}\p{N}]/u;
const WORD = /^[\p{L}\p{N}]+$/u;
const VALUE = /^[\p{L}\p{N}_-]*[\p{L}\p{N}][\p{L}\p{N}_-]*$/u;

for (const form of document.querySelectorAll("form[data-builder]")) {
  const box = document.querySelector(form.dataset.builder);
  if (box) watch(form, box);
}

function watch(form, box) {
  const rest = form.elements.namedItem("b_rest");

  const keep = (text) => {
    rest.value = text;
    form.querySelector("[data-adds]").hidden = !text;
    form.querySelector("[data-rest]").textContent = text;
  };
  const put = () => {
    box.value = [rest.value.trim(), compose(form)].filter(Boolean).join(" ");
  };
  const empty = () => {
    for (const field of form.querySelectorAll("[data-words], [data-name]")) field.value = "";
  };

  // A browser that goes back shows what stood in the box then.
  if (box.value.trim() === box.defaultValue.trim()) {
    const { b_rest: left = "", ...taken } = JSON.parse(form.dataset.taken);
    for (const [name, value] of Object.entries(taken)) form.elements.namedItem(name).value = value;
    keep(left);
  } else keep(box.value);

  form.addEventListener("input", put);
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    empty();
    put();
  });
  box.addEventListener("input", () => {
    empty();
    keep(box.value);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    box.form.requestSubmit();
  });
}

function compose(form) {
  const operators = new Set(form.dataset.operators.split(" "));
  const word = (text) => {
    const isPlain = WORD.test(text) && !operators.has(text.normalize("NFKC"));
    return isPlain || IS_QUOTED.test(text) ? text : inQuotes(text);
  };
  const pieces = (which) =>
    (words(form, which).match(PIECE) ?? [])
      .filter((piece) => SAYS_SOMETHING.test(piece))
      .map(word);

  const parts = [...form.querySelectorAll("[data-name]")]
    .filter((field) => field.value.trim())
    .map((field) => field.dataset.name + quoted(field.value.trim()));
  parts.push(...pieces("all"));
  const phrase = words(form, "phrase").trim();
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

function quoted(value) {
  return VALUE.test(value) || IS_QUOTED.test(value) ? value : inQuotes(value);
}

// In quotes of which the text has none itself.
function inQuotes(text) {
  if (!/["“”„‟＂]/u.test(text)) return `"${text}"`;
  if (!/[」｣]/u.test(text)) return `「${text}」`;
  if (!/』/u.test(text)) return `『${text}』`;
  return `"${text.replace(/["“”„‟＂]/gu, " ")}"`;
}
