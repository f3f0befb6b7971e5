// What a mouse, fingers and a wheel do over the waveform. A press that ends where it is
// moved to points at a place; one finger moves a zoomed window, two fingers zoom it.

const SLOP = 6; // pixels that a finger moves while it only taps
const WHEEL = 300; // pixels of a wheel that double the zoom

export function watchGestures(box, on) {
  const fingers = new Map(); // pointer → where it is
  let from = 0;
  let isOther = false; // moving or zooming, and so no pointing

  function pinch(before) {
    const [one, other] = [...fingers.values()];
    const apart = Math.max(16, Math.abs(one - other));
    const wasApart = Math.max(16, Math.abs(before[0] - before[1]));
    isOther = true;
    on.zoom(apart / wasApart, (one + other) / 2);
    on.pan((before[0] + before[1] - one - other) / 2);
  }

  function drag(event, before) {
    const isPan = event.pointerType === "touch" && on.isZoomed();
    if (!isPan) return on.preview(event.clientX);
    if (!isOther && Math.abs(event.clientX - from) < SLOP) return undefined;
    isOther = true;
    return on.pan(before - event.clientX);
  }

  function end(event) {
    fingers.delete(event.pointerId);
    if (!fingers.size) isOther = false;
    if (event.pointerType !== "mouse") on.leave();
  }

  box.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    box.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event.clientX);
    from = event.clientX;
    if (fingers.size > 1) isOther = true;
  });
  box.addEventListener("pointermove", (event) => {
    const before = [...fingers.values()];
    const last = fingers.get(event.pointerId);
    if (last === undefined) {
      if (event.pointerType !== "touch") on.preview(event.clientX);
      return;
    }
    fingers.set(event.pointerId, event.clientX);
    if (fingers.size === 2) pinch(before);
    else if (fingers.size === 1) drag(event, last);
  });
  box.addEventListener("pointerup", (event) => {
    if (!fingers.has(event.pointerId)) return;
    if (!isOther) on.point(event.clientX, event.pointerType === "touch");
    end(event);
  });
  box.addEventListener("pointercancel", end);
  box.addEventListener("pointerleave", () => !fingers.size && on.leave());
  box.addEventListener(
    "wheel",
    (event) => {
      // Sideways it moves the window, as everywhere.
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      if (on.zoom(2 ** (-event.deltaY / WHEEL), event.clientX)) event.preventDefault();
    },
    { passive: false },
  );
}
