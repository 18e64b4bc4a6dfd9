/** How many runs are remembered: few, so that one sleep too long is soon forgotten. */
const REMEMBERED = 4;
/** The share of the shortest of them that is slept through. */
const SHARE = 0.95;

/** Waiting that leaves the processor to the work that is waited for. */
export interface Patience {
  /** Sleeps through most of what a run has lately taken; nothing before the second run. */
  wait(): Promise<void>;
  /** Tells how long a run has really taken, the sleep included, in milliseconds. */
  took(ms: number): void;
}

/**
 * While a map is pending, Dawn for Node spins on a whole core, which a software adapter needs for the work itself. So it is asked only
 * when the run should be nearly over. A sleep that was too long makes the run seem as long as the sleep, and the next sleep is shorter.
 */
export function createPatience(): Patience {
  const recent: number[] = [];
  let isFirst = true;
  return {
    async wait() {
      const ms = recent.length > 0 ? Math.floor(SHARE * Math.min(...recent)) : 0;
      if (ms > 4) await new Promise((resolve) => setTimeout(resolve, ms));
    },
    took(ms) {
      // The first run is no measure: software adapters compile in it.
      if (!isFirst) recent.push(ms);
      isFirst = false;
      if (recent.length > REMEMBERED) recent.shift();
    },
  };
}
