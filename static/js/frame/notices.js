// What has ended meanwhile: in the tab's title, as a toast, and outside the window for
// whoever has allowed that. The header's fragment brings it (notices/_badge.html).

const badge = () => document.getElementById("notices");

function count() {
  const unread = Number(badge()?.dataset.unread ?? 0);
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = unread ? `(${unread}) ${title}` : title;
}

function canTell() {
  return "Notification" in window && Notification.permission === "granted";
}

function tell(line) {
  const { notice, reason, kind } = line.dataset;
  // The recording's own page says it by itself.
  if (!location.pathname.startsWith(new URL(line.href).pathname)) {
    const detail = { text: `${line.textContent} ${reason}`.trim(), kind };
    document.dispatchEvent(new CustomEvent("toast", { detail }));
  }
  if (!canTell() || document.visibilityState === "visible") return;
  try {
    // One with the same tag replaces another: two tabs say it once.
    const shown = new Notification(line.textContent, { body: reason, tag: notice });
    shown.addEventListener("click", () => {
      window.focus();
      location.href = line.href;
    });
  } catch {
    // Chrome on a phone shows none for pages: title and toast remain.
  }
}

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== "notices") return;
  count();
  for (const line of badge().querySelectorAll("[data-notice]")) tell(line);
});

count();

// --- the button that asks the browser: nothing asks by itself -----------------------------

const button = document.querySelector("[data-notify-allow]");

function say(text, kind) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));
}

if (button && "Notification" in window && window.isSecureContext) {
  button.hidden = Notification.permission === "granted";
  button.addEventListener("click", async () => {
    const answer = await Notification.requestPermission();
    button.hidden = answer === "granted";
    if (answer === "granted") say(button.dataset.textAllowed, "success");
    if (answer === "denied") say(button.dataset.textRefused, "warning");
  });
}
