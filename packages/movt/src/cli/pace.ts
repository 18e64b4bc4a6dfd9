import { minutes } from './progress.ts';

/**
 * How fast a long piece of work goes and how long the rest will take, in words: `3.2 clips/s, 4 min left`.
 *
 * @param now milliseconds
 */
export function createPace(total: number, now: () => number = () => performance.now()): (done: number) => string {
  let first: { done: number; at: number } | undefined;
  return (done) => {
    first ??= { done, at: now() };
    const seconds = (now() - first.at) / 1000;
    const rate = (done - first.done) / seconds;
    // Nobody knows how long the first one took.
    if (!(rate > 0)) return '';
    return `${rate.toPrecision(2)} clips/s, ${minutes((1000 * (total - done)) / rate)} left`;
  };
}
