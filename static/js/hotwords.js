// Boxes that choose what is answered together: the arrows move between them, a click with
// Shift chooses all in between, and the number of the chosen stands beside the buttons.

for (const form of document.querySelectorAll("form[data-chosen]")) {
  const count = form.querySelector("[data-chosen-count]");
  const boxes = [...form.elements].filter((box) => box.name === form.dataset.chosen);
  let last = -1;

  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    count.textContent = chosen ? `${chosen} / ${boxes.length}` : "";
    for (const button of form.querySelectorAll("button")) button.disabled = !chosen;
  };

  boxes.forEach((box, at) => {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last >= 0) {
        const [from, to] = [Math.min(last, at), Math.max(last, at)];
        for (const other of boxes.slice(from, to + 1)) other.checked = box.checked;
      }
      last = at;
    });
    box.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const next = boxes[at + step];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  });
  // What somebody spells otherwise in a row goes along with its box.
  form.addEventListener("formdata", (event) => {
    for (const box of boxes.filter((one) => one.checked)) {
      const text = box.closest("li").querySelector("input.suggestion-text");
      if (text) event.formData.append(`as:${box.value}`, text.value);
    }
  });
  document.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}

// A field of one line drops line breaks: pasted lines go into the field for many words.
document.getElementById("new-word")?.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain");
  const many = document.querySelector(".hotword-add textarea[name='text']");
  if (!many || !text.trim().includes("\n")) return;
  event.preventDefault();
  many.value = many.value ? `${many.value}\n${text}` : text;
  many.dispatchEvent(new Event("input", { bubbles: true }));
  many.focus();
});
