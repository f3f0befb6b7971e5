// How loud it is, so that people see whether they are recorded at all.

const DRAW_MS = 100;
const SILENT_AFTER_MS = 5000;
const QUIETEST_DB = -60;

/** Draws into ``meter`` (0 to 100) and tells ``say`` when nothing has come for a while.
    The answer ends it. A browser that cannot measure records all the same. */
export function showLevel(stream, meter, say) {
  if (!window.AudioContext) return () => {};
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let lastSound = Date.now();
  let isSilent = false;

  function draw() {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
    const decibels = power ? 10 * Math.log10(power) : QUIETEST_DB;
    meter.value = Math.max(0, Math.min(100, 100 * (1 - decibels / QUIETEST_DB)));
    if (meter.value > 0) lastSound = Date.now();
    const isSilentNow = Date.now() - lastSound > SILENT_AFTER_MS;
    if (isSilentNow !== isSilent) say(isSilentNow);
    isSilent = isSilentNow;
  }

  const timer = setInterval(draw, DRAW_MS);
  return () => {
    clearInterval(timer);
    meter.value = 0;
    if (isSilent) say(false);
    context.close();
  };
}
