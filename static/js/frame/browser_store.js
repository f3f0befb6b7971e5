// What could not reach the server stays in this browser, under its writer's account: the
// next person here does not see it, and the writer finds it after logging in again.

import { owner } from "./account.js";

const PREFIX = "draft ";
const KEPT_MS = 30 * 24 * 3600 * 1000;

const keyOf = (place) => `${PREFIX}${owner} ${place}`;

/** What is kept for a place: ``{values, version, at, isSent}``, or null. */
export function kept(place) {
  return read(keyOf(place));
}

/** False where the browser has no room, or allows no storage. */
export function keep(place, entry) {
  try {
    localStorage.setItem(keyOf(place), JSON.stringify({ ...entry, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function forget(place) {
  try {
    localStorage.removeItem(keyOf(place));
  } catch {
    // Nothing was kept either.
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forgetOld() {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  for (const key of keys) {
    if (!(Date.now() - (read(key)?.at ?? 0) < KEPT_MS)) localStorage.removeItem(key);
  }
}

try {
  forgetOld();
} catch {
  // No storage is allowed here.
}
