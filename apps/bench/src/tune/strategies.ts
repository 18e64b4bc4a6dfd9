import type { Random, TunedValues } from '@movt/kernels';

export const STRATEGIES = ['all', 'random', 'local'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export type Parameters = Readonly<Record<string, readonly number[]>>;

/** Every combination of values, the last parameter changing first. */
export function combinations(parameters: Parameters): TunedValues[] {
  return Object.entries(parameters).reduce<TunedValues[]>(
    (made, [name, values]) => made.flatMap((chosen) => values.map((value) => ({ ...chosen, [name]: value }))),
    [{}],
  );
}

/**
 * Tries candidates until all are tried or `isOver` says so; none twice.
 *
 * `all`: in order. `random`: in a random order. `local`: from a random one to a neighbour (one parameter a step up or down) that is better,
 * until none is; then from another random one.
 *
 * @param candidates the combinations that are allowed
 * @param evaluate what a candidate costs; the lower the better, Infinity where it does not work
 */
export async function search(
  strategy: Strategy,
  parameters: Parameters,
  candidates: readonly TunedValues[],
  random: Random,
  evaluate: (values: TunedValues) => Promise<number>,
  isOver: () => boolean,
): Promise<void> {
  const open = [...candidates];
  const take = async (values: TunedValues) => {
    open.splice(open.indexOf(values), 1);
    return evaluate(values);
  };
  const any = () => open[strategy === 'all' ? 0 : random.integer(0, open.length - 1)];
  while (open.length > 0 && !isOver()) {
    let here = any();
    let cost = await take(here);
    if (strategy !== 'local') continue;
    for (;;) {
      const next = open.filter((values) => areNeighbours(parameters, here, values));
      let better: TunedValues | undefined;
      for (const values of next) {
        if (isOver()) return;
        const other = await take(values);
        if (other >= cost) continue;
        [better, cost] = [values, other];
        break;
      }
      if (!better) break;
      here = better;
    }
  }
}

/** Whether two combinations differ in one parameter only, and there by one step. */
function areNeighbours(parameters: Parameters, a: TunedValues, b: TunedValues): boolean {
  const steps = Object.entries(parameters).map(([name, values]) =>
    Math.abs(values.indexOf(a[name]) - values.indexOf(b[name])),
  );
  return steps.reduce((sum, step) => sum + step, 0) === 1;
}
