// One recording while it is made: pieces of a second, each kept as it comes.

const PIECE_MS = 1000;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

const two = (n) => String(n).padStart(2, "0");

function fileName(word, type, at) {
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  const time = `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
  const ending = type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm";
  return `${word} ${day}-${time}.${ending}`;
}

export class Capture {
  /** ``store`` is null where the browser keeps nothing. ``onEnd`` is told how it ended,
      ``onUnkept`` once that sound could not be kept. */
  constructor({ stream, store, word, details, onEnd, onUnkept }) {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    this.stream = stream;
    this.store = store;
    this.details = details;
    this.onEnd = onEnd;
    this.onUnkept = onUnkept;
    this.id = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.beganAt = Date.now();
    this.name = fileName(word, mimeType ?? "", new Date(this.beganAt));
    this.pieces = [];
    this.spoken = 0; // before the last pause
    this.resumedAt = null;
    this.isDiscarded = false;
    this.keeping = Promise.resolve();
  }

  get isPaused() {
    return this.recorder.state === "paused";
  }

  get ms() {
    return this.spoken + (this.resumedAt === null ? 0 : Date.now() - this.resumedAt);
  }

  start() {
    const { recorder } = this;
    recorder.addEventListener("dataavailable", ({ data }) => this.keep(data));
    recorder.addEventListener("stop", () => this.ended());
    recorder.addEventListener("error", () => this.stop());
    for (const track of this.stream.getAudioTracks())
      track.addEventListener("ended", () => this.stop()); // not every browser does
    if (this.store) this.write(() => this.store.begin(this.description()));
    this.resumedAt = Date.now();
    recorder.start(PIECE_MS);
  }

  description() {
    const { id, beganAt, name, details } = this;
    const type = this.recorder.mimeType || "audio/webm";
    return { id, beganAt, name, type, details, changedAt: beganAt };
  }

  keep(data) {
    if (!data.size) return;
    const index = this.pieces.push(data) - 1;
    const { ms } = this;
    // Bytes, not the Blob: some browsers store no Blob in a private window.
    if (this.store)
      this.write(async () =>
        this.store?.append(this.id, index, await data.arrayBuffer(), ms),
      );
  }

  /** One after the other. After the first failure sound stays in the page alone. */
  write(act) {
    this.keeping = this.keeping.then(act).catch((error) => {
      if (!this.store) return;
      this.store = null;
      this.onUnkept(error);
    });
  }

  describe(details) {
    this.details = details;
    if (this.store) this.write(() => this.store?.describe(this.id, details));
  }

  pause() {
    this.recorder.requestData();
    this.recorder.pause();
    this.spoken = this.ms;
    this.resumedAt = null;
  }

  resume() {
    this.recorder.resume();
    this.resumedAt = Date.now();
  }

  stop({ discard = false } = {}) {
    this.isDiscarded ||= discard;
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }

  async ended() {
    this.spoken = this.ms;
    this.resumedAt = null;
    const isUnplugged = this.stream.getTracks().some((t) => t.readyState === "ended");
    for (const track of this.stream.getTracks()) track.stop();
    await this.keeping;
    this.onEnd({ isUnplugged, isDiscarded: this.isDiscarded });
  }
}
