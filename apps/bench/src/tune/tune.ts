import { createRandom, type GpuContext, MovtError, type TunedValues, tunedName } from '@movt/kernels';
import { isNarrow, measureQuartets, rowOfRounds } from '../compare/abba.ts';
import { judgeRows, type UnjudgedRow } from '../compare/comparison.ts';
import type { Quartet } from '../compare/ratio.ts';
import type { Verdict } from '../compare/verdict.ts';
import { problemLabel } from '../measure/labels.ts';
import { type PreparedKernel, prepareKernel, type Subject } from '../measure/prepare.ts';
import { combinations, type Strategy, search } from './strategies.ts';

/** Quartets of a first look at a candidate. */
const LOOK_QUARTETS = 3;
/** A candidate whose first sample takes so many times as long as the current choice's is not looked at further. */
const HOPELESS = 3;
/** Quartets of a round of the final, and rounds. */
const FINAL_QUARTETS = 12;
const LEAST_ROUNDS = 2;
const MOST_ROUNDS = 5;

export interface TuneOptions {
  readonly strategy: Strategy;
  readonly seed: number;
  /** Milliseconds for first looks; the final comes on top. */
  readonly budgetMs: number;
  /** How many of the fastest are measured thoroughly. */
  readonly top: number;
  readonly margin: number;
  /** Is told what is being done. */
  readonly log: (line: string) => void;
}

/** A candidate that got to the final. */
export interface Finalist {
  readonly values: TunedValues;
  readonly verdict: Verdict;
  /** Time over that of the current choice. */
  readonly ratio: number;
  readonly ci95: readonly [low: number, high: number];
  readonly p_holm: number;
  readonly median_ms: number;
  /** The current choice's, measured in turns with it. */
  readonly current_ms: number;
}

/** What `bench tune --json` prints. */
export interface Tuning {
  readonly format: 'movt-bench-tune/1';
  readonly kernel: string;
  readonly problem: string;
  /** Its name in the adapter's table. */
  readonly name: string;
  readonly adapter: string;
  readonly software: boolean;
  readonly strategy: Strategy;
  readonly seed: number;
  readonly margin: number;
  /** Combinations of all values; those that restrictions leave out; those that were looked at before time was up. */
  readonly combinations: number;
  readonly restricted: number;
  readonly looked_at: number;
  /** How many of these took several times as long as the current choice. */
  readonly hopeless: number;
  /** Fastest first. */
  readonly finalists: readonly Finalist[];
  readonly failures: readonly { readonly values: TunedValues; readonly message: string }[];
  /** The fastest that is FASTER than the current choice. */
  readonly winner: TunedValues | null;
}

/**
 * Looks for values with which a kernel is faster on a problem than with those that it takes now. Every candidate's answer is checked
 * before it is timed, and each is timed in turns with the current choice. The fastest few are then measured anew, from the start: the
 * least of many first looks is lucky as well as fast.
 *
 * @throws MovtError of the current choice: without it there is nothing to compare with.
 */
export async function tune<Problem>(
  context: GpuContext,
  subject: Subject<Problem>,
  options: TuneOptions,
): Promise<Tuning> {
  const { strategy, seed, budgetMs, top, margin, log } = options;
  const { kernel, problem } = subject;
  const { traits, limits, adapter } = context;
  const tuning = kernel.tuning!;
  const name = tunedName(kernel.name, tuning.key(problem));
  const parameters = tuning.parameters(traits);
  const all = combinations(parameters);
  const allowed = all.filter((values) => tuning.allows(values, traits, limits));
  const traitsOf = (values: TunedValues) => ({ ...traits, tuned: { ...traits.tuned, [name]: values } });
  const asNow = JSON.stringify(kernel.variant(problem, traits));
  const candidates = allowed.filter((values) => JSON.stringify(kernel.variant(problem, traitsOf(values))) !== asNow);

  const current = await prepareKernel(context, subject, { mode: 'hot' });
  const looks: { values: TunedValues; cost: number }[] = [];
  const failures: { values: TunedValues; message: string }[] = [];
  try {
    const complaint = await current.verify();
    if (complaint)
      throw new MovtError('gpu_validation', `tuning ${kernel.name}: its current choice is wrong: ${complaint}`);
    const until = performance.now() + budgetMs;

    const look = async (values: TunedValues): Promise<number> => {
      log(`${looks.length + failures.length + 1} of ${candidates.length}: ${problemLabel(values)}`);
      const measured = await measure(values, LOOK_QUARTETS);
      if (typeof measured === 'string') {
        failures.push({ values, message: measured });
        return Infinity;
      }
      const cost = typeof measured === 'number' ? measured : rowOfRounds(names(values), [measured]).ratio;
      looks.push({ values, cost });
      return cost;
    };
    await search(strategy, parameters, candidates, createRandom(seed), look, () => performance.now() >= until);

    const hopeful = looks.filter(({ cost }) => cost < HOPELESS);
    const best = hopeful.sort((x, y) => x.cost - y.cost).slice(0, top);
    const rows: { values: TunedValues; row: UnjudgedRow }[] = [];
    for (const { values } of best) {
      log(`again: ${problemLabel(values)}`);
      const row = await measureThoroughly(values);
      if (row) rows.push({ values, row });
    }
    const finalists = judgeRows(
      rows.map(({ row }) => row),
      margin,
    )
      .map(({ verdict, ratio, ci95, p_holm, a_median_ms, b_median_ms }, i) => ({
        values: rows[i].values,
        verdict,
        ratio,
        ci95,
        p_holm,
        median_ms: b_median_ms,
        current_ms: a_median_ms,
      }))
      .sort((x, y) => x.ratio - y.ratio);
    return {
      format: 'movt-bench-tune/1',
      kernel: kernel.name,
      problem: problemLabel(problem),
      name,
      adapter: adapter.name,
      software: traits.software,
      strategy,
      seed,
      margin,
      combinations: all.length,
      restricted: all.length - allowed.length,
      looked_at: looks.length + failures.length,
      hopeless: looks.length - hopeful.length,
      finalists,
      failures,
      winner: finalists.find(({ verdict }) => verdict === 'FASTER')?.values ?? null,
    };
  } finally {
    await current.destroy();
  }

  function names(values: TunedValues) {
    return { kernel: kernel.name, problem: problemLabel(values) };
  }

  /** Quartets of the current choice and a candidate; of a hopeless one how often it takes as long, of one that fails why. */
  async function measure(values: TunedValues, quartets: number): Promise<Quartet[] | number | string> {
    let prepared: PreparedKernel | undefined;
    try {
      prepared = await prepareKernel(context, subject, { mode: 'hot', traits: traitsOf(values), kind: current });
      const complaint = await prepared.verify();
      if (complaint) return `wrong: ${complaint}`;
      const ratio = (await prepared.sample()) / (await current.sample());
      if (ratio > HOPELESS && (await prepared.sample()) > HOPELESS * (await current.sample())) return ratio;
      return await measureQuartets(current.sample, prepared.sample, current.clock, quartets);
    } catch (error) {
      if (!(error instanceof MovtError) || error.code === 'device_lost') throw error;
      return error.message;
    } finally {
      await prepared?.destroy();
    }
  }

  async function measureThoroughly(values: TunedValues): Promise<UnjudgedRow | undefined> {
    const rounds: Quartet[][] = [];
    for (;;) {
      const measured = await measure(values, FINAL_QUARTETS);
      if (typeof measured === 'string') failures.push({ values, message: measured });
      if (!Array.isArray(measured)) return undefined;
      rounds.push(measured);
      const row = rowOfRounds(names(values), rounds);
      const enough = rounds.length >= LEAST_ROUNDS && isNarrow(row, margin);
      if (enough || rounds.length >= MOST_ROUNDS) return row;
    }
  }
}
