import { badInput } from '@movt/kernels';
import { parseSampling, type Sampling } from '@movt/tracker/frames';
import { type PointsSpec, parsePointsSpec } from '@movt/tracker/points';
import { type Command, Option } from 'commander';

/** Which part of a video is tracked, and from which points. */
export interface ClipChoice {
  points: PointsSpec;
  frames: Sampling;
  /** Seconds. */
  start?: number;
  /** Seconds. */
  end?: number;
}

/** Adds `--points`. */
export function addPointsOption(command: Command): Command {
  return command.addOption(
    new Option('--points <spec>', 'grid:COLUMNSxROWS, mask:IMAGE[:COUNT] or list:CSV with lines frame,x,y in pixels')
      .default(parsePointsSpec('grid:8x8'), 'grid:8x8')
      .argParser(parsePointsSpec),
  );
}

/**
 * Adds the options of a `ClipChoice`.
 *
 * @param frames what `--frames` is where it is left out
 */
export function addClipOptions(command: Command, frames: string): Command {
  return addPointsOption(command)
    .addOption(
      new Option('--frames <sampling>', 'all, every:K, or a number: so many, evenly spaced')
        .default(parseSampling(frames), frames)
        .argParser(parseSampling),
    )
    .option('--start <seconds>', 'begin of the part that is used', numberOption('--start', 'a number of seconds'))
    .option('--end <seconds>', 'end of the part that is used', numberOption('--end', 'a number of seconds'));
}

/** A parser of whole numbers within bounds. Throws bad_input naming the option. */
export function wholeNumber(option: string, lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= lowest && value <= highest) return value;
    throw badInput({
      action: `reading ${option}`,
      given: `'${text}'`,
      needed: `a whole number of ${lowest} to ${highest}`,
    });
  };
}

/** A parser of numbers; whether one is allowed is judged elsewhere. Throws bad_input naming the option. */
export function numberOption(option: string, needed = 'a number'): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return value;
    throw badInput({ action: `reading ${option}`, given: `'${text}'`, needed });
  };
}
