// The upload page: files and the microphone, to one queue.

import { makeMicrophone } from "./microphone/panel.js";
import { askBeforeLeaving } from "./upload/leaving.js";
import { Queue } from "./upload/queue.js";
import { watchSources } from "./upload/sources.js";
import { makeFollower } from "./upload/states.js";

const form = document.querySelector("[data-upload]");
const text = form.dataset;

const watch = makeFollower(text.states, () => queue.items);

function taken() {
  watch();
  document.dispatchEvent(new Event("work-ordered")); // frame/notices.js asks from now on
}

const queue = new Queue(form, { taken });
const microphone = makeMicrophone(form, (file, kept) => queue.take([file], kept));

watchSources(form, (files) => queue.take(files));
form.addEventListener("submit", (event) => event.preventDefault());
askBeforeLeaving(() => {
  if (microphone.isRecording) return text.textLeaveRecording;
  return queue.unsent.length || microphone.hasUnsent ? text.textLeaveUnsent : "";
}, form);
