/** Of the time that work is known to take, the share in which nobody asks whether it is done. */
const UNASKED = 0.8;
/** A timer is not worth setting for less. */
const LEAST_MS = 5;
/** Asking took no longer, so the work was done before. */
const AT_ONCE_MS = 15;

/**
 * Asks a device for the end of work that is the same each time.
 *
 * Deno asks by standing still until then, and answers nobody meanwhile. So it asks when most of the time is over that the work took before;
 * other runtimes ask at once. A first run tells nothing, for it may compile; and what took long once may have been disturbed.
 */
export function createLateAsker(): <T>(ask: () => Promise<T>) => Promise<T> {
  if (!('Deno' in globalThis)) return (ask) => ask();
  let isFirst = true;
  let lastMs = 0;
  let knownMs = 0;
  return async (ask) => {
    const began = performance.now();
    const slept = UNASKED * knownMs >= LEAST_MS;
    if (slept) await new Promise((resolve) => setTimeout(resolve, UNASKED * knownMs));
    const asked = performance.now();
    const answer = await ask();
    const now = performance.now();
    if (slept && now - asked < AT_ONCE_MS) knownMs /= 2;
    else knownMs = Math.min(now - began, lastMs);
    lastMs = isFirst ? 0 : now - began;
    isFirst = false;
    return answer;
  };
}
