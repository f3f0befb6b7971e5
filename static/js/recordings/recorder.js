// The microphone: record, listen, then upload or discard.

export function makeRecorder(form, take) {
  const find = (name) => form.querySelector(`[data-${name}]`);
  const start = find("record");
  const live = find("recorder");
  const time = find("recorder-time");
  const finished = find("recorded");
  const audio = find("recorded-audio");
  let recorder = null;
  let file = null;
  let timer = null;

  const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

  function reset() {
    clearInterval(timer);
    recorder = null;
    file = null;
    if (audio.src) URL.revokeObjectURL(audio.src);
    audio.removeAttribute("src");
    live.hidden = true;
    finished.hidden = true;
    start.disabled = false;
  }

  function named(type) {
    const now = new Date();
    const two = (n) => String(n).padStart(2, "0");
    const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
    const ending = type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm";
    const at = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
    return `${form.dataset.textMicrophone} ${day}-${at}.${ending}`;
  }

  async function record() {
    start.disabled = true;
    let stream = null;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      reset();
      const detail = { text: form.dataset.textNomic, kind: "error" };
      document.dispatchEvent(new CustomEvent("toast", { detail }));
      return;
    }
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const parts = [];
    let isKept = true;
    recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    recorder.discard = () => {
      isKept = false;
      recorder.stop();
    };
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      stream.getTracks().forEach((track) => track.stop());
      clearInterval(timer);
      live.hidden = true;
      if (!isKept) {
        reset();
        return;
      }
      const type = recorder.mimeType || "audio/webm";
      file = new File(parts, named(type), { type });
      audio.src = URL.createObjectURL(file);
      finished.hidden = false;
    });
    recorder.start(1000);
    const began = Date.now();
    time.textContent = "00:00";
    live.hidden = false;
    timer = setInterval(() => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      const two = (n) => String(n).padStart(2, "0");
      time.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
    }, 250);
  }

  start.addEventListener("click", record);
  find("record-stop").addEventListener("click", () => recorder?.stop());
  find("record-take").addEventListener("click", () => {
    const taken = file;
    reset();
    if (taken) take(taken);
  });
  for (const button of form.querySelectorAll("[data-record-discard]")) {
    button.addEventListener("click", () => {
      if (recorder?.state === "recording") recorder.discard();
      else reset();
    });
  }
}
