// Microphone recordings in the browser (IndexedDB), until the server has them. They belong
// to an account in a department: nobody else who uses this browser is offered them.

import { openDB } from "../../../vendor/idb.esm.js";

const NAME = "shengwen-microphone";
export const KEPT_MS = 7 * 24 * 3600 * 1000;

const lockName = (id) => `${NAME}-${id}`;

function open() {
  return openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("recordings", { keyPath: "id" }).createIndex("owner", "owner");
      db.createObjectStore("pieces", { keyPath: ["id", "index"] });
    },
    blocking: (_now, _wanted, event) => event.target.close(),
  });
}

const piecesOf = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

export class Store {
  /** Throws when the browser keeps nothing: a private window, a policy, a full disk. */
  static async of(owner) {
    const store = new Store(await open(), owner);
    await store.forgetOld();
    return store;
  }

  constructor(db, owner) {
    this.db = db;
    this.owner = owner;
  }

  async begin(recording) {
    await this.db.put("recordings", { ...recording, owner: this.owner, ms: 0 });
  }

  /** The next piece of sound and how long the recording is with it, both or neither. */
  async append(id, index, sound, ms) {
    // "strict": on the disk, so that a power cut loses no more than a crash.
    const work = this.db.transaction(["recordings", "pieces"], "readwrite", {
      durability: "strict",
    });
    const recordings = work.objectStore("recordings");
    const recording = await recordings.get(id);
    if (recording) {
      await recordings.put({ ...recording, ms, changedAt: Date.now() });
      await work.objectStore("pieces").put({ id, index, sound });
    }
    await work.done;
    if (!recording) throw new DOMException("It is gone.", "NotFoundError");
  }

  async describe(id, details) {
    const work = this.db.transaction("recordings", "readwrite");
    const recording = await work.store.get(id);
    if (recording) await work.store.put({ ...recording, details });
    await work.done;
  }

  /** This account's, the newest first, without those that another tab works on. */
  async offered() {
    const own = await this.db.getAllFromIndex("recordings", "owner", this.owner);
    const locks = (await navigator.locks?.query())?.held ?? [];
    const busy = new Set(locks.map((lock) => lock.name));
    return own
      .filter(({ id, ms }) => ms && !busy.has(lockName(id)))
      .sort((one, other) => other.beganAt - one.beganAt);
  }

  async sound(id) {
    const pieces = await this.db.getAll("pieces", piecesOf(id));
    return pieces.map((piece) => piece.sound);
  }

  async forget(id) {
    const work = this.db.transaction(["recordings", "pieces"], "readwrite");
    await work.objectStore("recordings").delete(id);
    await work.objectStore("pieces").delete(piecesOf(id));
    await work.done;
  }

  /** Anybody's, after a week. */
  async forgetOld(now = Date.now()) {
    for (const { id, changedAt } of await this.db.getAll("recordings"))
      if (changedAt < now - KEPT_MS) await this.forget(id);
  }
}

/** This tab works on the recording until it is closed: no other tab offers it. False when
    another does already. */
export function hold(id) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks.request(lockName(id), { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock ? new Promise(() => {}) : null;
    });
  });
}
