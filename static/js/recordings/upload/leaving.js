// Ask before the page is left while something would be lost or stay behind. The browser's
// own question has no words of ours, and phones ask none: links and forms of the page ask
// with a sentence.

import { isWayOut } from "../../frame/leaving.js";

/** ``reason`` answers with a sentence, or nothing when the page may be left; ``own`` is a
    form that stays. */
export function askBeforeLeaving(reason, own) {
  let isAnswered = false;

  function ask(event) {
    const sentence = reason();
    if (!sentence || isAnswered) return;
    if (window.confirm(sentence)) {
      isAnswered = true;
      setTimeout(() => (isAnswered = false), 1000); // of a link that led nowhere
    } else {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  document.addEventListener(
    "click",
    (event) => isWayOut(event.target.closest?.("a[href]"), event) && ask(event),
    true,
  );
  document.addEventListener(
    "submit",
    (event) => {
      const stays = event.target === own || event.target.matches("[hx-post], [hx-get]");
      if (!stays) ask(event);
    },
    true,
  );
  window.addEventListener("beforeunload", (event) => {
    if (!isAnswered && reason()) event.preventDefault();
  });
}
