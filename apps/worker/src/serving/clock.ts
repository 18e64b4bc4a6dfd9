/** Time, as whoever waits needs it: tests hand in one that they move themselves. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Calls `wake` once, after so many milliseconds; what is returned takes that back. */
  after(ms: number, wake: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, wake) {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};
