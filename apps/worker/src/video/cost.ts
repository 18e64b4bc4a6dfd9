import { type Cost, costOf, kltCost, type ModelConfig, modelOf, type TrackingSize } from 'movt';

/** 10⁹ multiply-accumulates, and 10⁹ operations at 2 a multiply-accumulate and 1 any other. */
export interface CountedWork {
  readonly gmac: number;
  readonly gflop: number;
}

const counted = new WeakMap<ModelConfig, Map<string, CountedWork>>();
/** Shapes that are remembered of a model. */
const REMEMBERED = 100;

/** What a model computes for one clip of T frames and N points. For models that take pictures these are the configuration's own. */
export function modelWork(config: ModelConfig, T: number, N: number): CountedWork {
  const shapes = counted.get(config) ?? new Map<string, CountedWork>();
  counted.set(config, shapes);
  const key = `${T}×${N}`;
  const known = shapes.get(key);
  if (known) return known;
  if (shapes.size >= REMEMBERED) shapes.clear();
  const work = workOf(costOf(modelOf(config), { batch: 1, frames: T, points: N }));
  shapes.set(key, work);
  return work;
}

export const trackerWork = (size: TrackingSize): CountedWork => workOf(kltCost(size));

export function sumOfWork(parts: readonly (CountedWork | null | undefined)[]): CountedWork {
  const sum = { gmac: 0, gflop: 0 };
  for (const part of parts) {
    sum.gmac += part?.gmac ?? 0;
    sum.gflop += part?.gflop ?? 0;
  }
  return sum;
}

const workOf = ({ mac, flop }: Cost): CountedWork => ({ gmac: mac.gops, gflop: flop.gops });
