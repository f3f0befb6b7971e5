// Where files come from: chosen, a folder, or dropped.

// Of a folder, hidden files and the like are left out; the rest is judged by the server.
const isShown = (file) => !file.name.startsWith(".");

async function filesOf(entry) {
  if (entry.isFile)
    return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A reader gives at most a hundred entries per call.
    const batch = await new Promise((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (!batch.length) break;
    for (const child of batch) found.push(...(await filesOf(child)));
  }
  return found.filter(isShown);
}

export function watchSources(form, take) {
  for (const input of form.querySelectorAll("[data-files], [data-folder]")) {
    const takeChosen = () => {
      const files = [...input.files].filter(isShown);
      input.value = "";
      take(files);
    };
    input.addEventListener("change", takeChosen);
    if (input.files.length) takeChosen(); // chosen before this script was there
  }
  const zone = form.querySelector("[data-dropzone]");
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("is-over");
    });
  }
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
  });
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    const entries = [...event.dataTransfer.items]
      .map((item) => item.webkitGetAsEntry?.())
      .filter(Boolean);
    if (!entries.length) take([...event.dataTransfer.files]);
    for (const entry of entries) take(await filesOf(entry));
  });
  // A file dropped beside the zone must not replace the page.
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => event.preventDefault());
  }
}
