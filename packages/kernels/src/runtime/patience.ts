/** A pause lasts this share of the time waited so far: an answer is at most that much late, and short waits have no pauses. */
const SHARE = 0.02;
const LONGEST_MS = 2;
/** A turn of the event loop in which there was nothing but to ask takes some hundredths of this. */
const BUSY_MS = 0.1;

/** Never changed and never notified: waiting for it is sleeping. Made when first needed, since a browser may not have its like. */
let nothing: Int32Array<SharedArrayBuffer> | undefined;
let waiting = 0;
let since = 0;
/** One chain of pauses serves however many wait. */
let isPausing = false;
/** The end of the last pause. */
let paused = 0;

/**
 * Waits for `work` of a GPU that is really the processor, and leaves the processor to it.
 *
 * While a map is pending, Dawn for Node asks for it in every turn of the event loop, which spins on a whole core. So the thread sleeps a
 * little in each turn in which nothing else was to do; after others it goes on at once, since Node takes one connection a turn. Runtimes whose
 * loop Dawn does not drive just wait.
 */
export async function waitPatiently<T>(work: Promise<T>): Promise<T> {
  if ('Deno' in globalThis || typeof globalThis.setImmediate !== 'function') return work;
  if (waiting++ === 0) since = performance.now();
  if (!isPausing) pause();
  try {
    return await work;
  } finally {
    waiting--;
  }
}

function pause(): void {
  isPausing = true;
  setImmediate(() => {
    isPausing = false;
    if (waiting === 0) return;
    const now = performance.now();
    if (now - paused < BUSY_MS) {
      nothing ??= new Int32Array(new SharedArrayBuffer(4));
      Atomics.wait(nothing, 0, 0, Math.min(LONGEST_MS, SHARE * (now - since)));
    }
    paused = performance.now();
    pause();
  });
}
