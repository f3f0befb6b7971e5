// Why something typed could not be saved, said above its form.

const cloneOf = (id) => document.getElementById(id).content.cloneNode(true);

/** Say it: "login", "account", "csrf", "network", or "refused" with the server's words. */
export function sayTrouble(form, name, words = "") {
  const slot = form.querySelector("[data-troubles]");
  if (slot.dataset.said === name + words) return;
  const box = cloneOf("trouble");
  box.querySelector(".alert-body").append(cloneOf(`trouble-${name}`));
  const said = box.querySelector("[data-said]");
  if (said) said.textContent = words;
  const login = box.querySelector("[data-login]");
  if (login) {
    const back = encodeURIComponent(location.pathname + location.search);
    login.href = `${login.getAttribute("href")}?next=${back}`;
  }
  slot.dataset.said = name + words;
  slot.replaceChildren(box);
}

export function hideTrouble(form) {
  const slot = form.querySelector("[data-troubles]");
  if (!slot?.dataset.said) return;
  delete slot.dataset.said;
  slot.replaceChildren();
}

export const hasTrouble = (form) =>
  form.querySelector("[data-troubles]")?.dataset.said !== undefined;
