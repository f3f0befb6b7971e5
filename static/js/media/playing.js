// Starting a sound.

export function start(audio) {
  return audio.play().catch((error) => {
    // A browser may want a click first, and a pause may overtake a play. What cannot
    // be loaded is told by the element's own error.
    const isHarmless = ["NotAllowedError", "AbortError", "NotSupportedError"];
    if (!isHarmless.includes(error.name)) throw error;
  });
}
