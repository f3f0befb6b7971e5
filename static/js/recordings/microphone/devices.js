// Which microphone: asked for, listed, chosen, remembered in this browser.

const KEY = "shengwen-microphone-device";

function remembered() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}

function remember(id) {
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // The choice holds for this page.
  }
}

/** Why there is no sound, as the name of a sentence on the page. */
export function reasonOf(error) {
  if (!window.isSecureContext) return "textInsecure";
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder)
    return "textUnsupported";
  return (
    {
      NotAllowedError: "textRefused",
      SecurityError: "textRefused",
      NotFoundError: "textNone",
      NotReadableError: "textBusy",
      AbortError: "textBusy",
    }[error?.name] ?? "textUnknown"
  );
}

/** The sound of the microphone that was chosen last, or of the usual one when that is not
    plugged in. */
export async function openMicrophone(wanted = remembered()) {
  const media = navigator.mediaDevices;
  if (!wanted) return media.getUserMedia({ audio: true });
  try {
    return await media.getUserMedia({ audio: { deviceId: { exact: wanted } } });
  } catch (error) {
    if (!["OverconstrainedError", "NotFoundError"].includes(error.name)) throw error;
    return media.getUserMedia({ audio: true });
  }
}

/** Browsers tell the names only after the permission was given. */
export async function listMicrophones(select, stream) {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const used = stream.getAudioTracks()[0].getSettings().deviceId;
  const options = devices
    .filter((device) => device.kind === "audioinput")
    .map(({ label, deviceId }, at) => {
      const name = label || `${select.dataset.name} ${at + 1}`;
      return new Option(name, deviceId, false, deviceId === used);
    });
  select.replaceChildren(...options);
}

export function whenChosen(select, act) {
  select.addEventListener("change", () => {
    remember(select.value);
    act(select.value);
  });
}
