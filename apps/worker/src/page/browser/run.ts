import { type StageTime, stageTimes } from './state.ts';

/** One analysis; a later one makes it obsolete. */
export interface Run {
  isCurrent(): boolean;
  /** Throws Superseded where it is obsolete. */
  check(): void;
  /** Notes how long a stage took. */
  tell(name: string, ms: number): void;
  /** Does a stage and notes how long it took, unless it took nothing to speak of; throws Superseded where the run became obsolete. */
  timed<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Ends a run that nobody waits for. */
export class Superseded extends Error {}

let latest = 0;

/** Begins a run, and makes those before obsolete. */
export function beginRun(): Run {
  const number = ++latest;
  const times: StageTime[] = [];
  const run: Run = {
    isCurrent: () => number === latest,
    check() {
      if (number !== latest) throw new Superseded();
    },
    tell(name, ms) {
      times.push({ name, ms });
      stageTimes.value = [...times];
    },
    async timed(name, work) {
      const began = performance.now();
      const result = await work();
      run.check();
      if (performance.now() - began >= 1) run.tell(name, performance.now() - began);
      return result;
    },
  };
  return run;
}
