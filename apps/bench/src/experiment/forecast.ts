import { modelOf } from 'movt';
import type { RunRequest } from './request.ts';

/** Tells how long a list of runs will still take. */
export interface Forecast {
  /** Takes in how fast a request was trained. */
  saw(request: RunRequest, clipsPerSecond: number): void;
  /**
   * Milliseconds; null until something was seen.
   * @param left epochs of each, with fractions
   */
  left(requests: readonly { readonly request: RunRequest; readonly epochs: number }[]): number | null;
}

/** A model that was not seen yet is taken to be as fast as the mean of those that were. */
export function createForecast(): Forecast {
  /** Milliseconds a clip, as last seen, by model and size of clip. */
  const rates = new Map<string, number>();
  return {
    saw: (request, clipsPerSecond) => void rates.set(kindOf(request), 1000 / clipsPerSecond),
    left(requests) {
      if (rates.size === 0) return null;
      const mean = [...rates.values()].reduce((sum, rate) => sum + rate) / rates.size;
      return requests.reduce(
        (sum, { request, epochs }) => sum + epochs * trainingClips(request) * (rates.get(kindOf(request)) ?? mean),
        0,
      );
    },
  };
}

/** Runs of one kind take as long for a clip. */
function kindOf({ config, data: { set }, settings }: RunRequest): string {
  return JSON.stringify([config, modelOf(config).shapeOf([set.clips[0]]), settings.batchSize]);
}

function trainingClips({ training, data: { set } }: RunRequest): number {
  return training?.length ?? set.clips.filter((_, i) => (set.split?.[i] ?? 0) === 0).length;
}
