/** A pause lasts this share of the time waited so far: an answer is at most that much late, and short waits have no pauses. */
const SHARE = 0.02;
const LONGEST_MS = 2;

/** Never changed and never notified: waiting for it is sleeping. Made when first needed, since a browser may not have its like. */
let nothing: Int32Array<SharedArrayBuffer> | undefined;
let waiting = 0;
let since = 0;
/** One chain of pauses serves however many wait. */
let isPausing = false;

/**
 * Waits for `work` of a GPU that is really the processor, and leaves the processor to it.
 *
 * While a map is pending, Dawn for Node asks for it in every turn of the event loop, which spins on a whole core. So the thread sleeps a
 * little in each turn; whatever else the loop has to do is done in between. Runtimes whose loop Dawn does not drive just wait.
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
    nothing ??= new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(nothing, 0, 0, Math.min(LONGEST_MS, SHARE * (performance.now() - since)));
    pause();
  });
}
