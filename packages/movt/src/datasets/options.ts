import { badInput } from '@movt/kernels';
import type { Axes } from './axes.ts';

/** What a reader must be told where its file does not say it. */
export interface ReadOptions {
  /** What the numbers of a point are. */
  readonly axes?: Axes;
  /** Which split, where a file has several. */
  readonly split?: string;
}

/** Throws bad_input for options that mean nothing for this format. */
export function refuseOptions(options: ReadOptions, names: readonly (keyof ReadOptions)[], format: string): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw badInput({
    action: `reading ${format}`,
    given: `--${given} ${options[given]}`,
    needed: `no --${given}: such a file ${given === 'axes' ? 'says so itself' : 'has none by name'}`,
  });
}
