import { batch, signal } from '@preact/signals';
import { percent } from './format.ts';
import { type Input, MOST_SECONDS, whyRefused } from './input.ts';
import { explainFailure, PageError } from './messages.ts';
import { beginRun, Superseded } from './run.ts';
import {
  announced,
  answer,
  colouring,
  explain,
  failure,
  known,
  playing,
  reset,
  values,
  wanted,
  where,
  work,
} from './state.ts';
import { chooseWhere } from './where.ts';

/** The last input, for another part of it. */
export const lastInput = signal<Input | null>(null);

/** Runs end one after another: the GPU is one. */
let previous: Promise<void> = Promise.resolve();

/**
 * Shows what is to be known of a clip, in place of what was shown before.
 * @param onServer though this browser could compute: the clip is then uploaded
 */
export function analyse(input: Input, { onServer = false } = {}): Promise<void> {
  const run = beginRun();
  batch(() => {
    reset();
    lastInput.value = input;
    announced.value = `Analysing ${input.name}`;
    work.value = { words: `Opening ${input.name}`, share: null };
  });
  previous = previous.then(async () => {
    if (!run.isCurrent()) return;
    try {
      check(input);
      await chooseWhere();
      if (onServer || where.value.kind === 'server') await (await import('./there.ts')).analyseThere(input, run);
      else await (await import('./here.ts')).analyseHere(input, run);
      finish();
    } catch (error) {
      if (error instanceof Superseded || !run.isCurrent()) return;
      fail(error);
    }
  });
  return previous;
}

/** Colours tracks by importance, which is found out first where it is not known. */
export function colourByImportance(): Promise<void> {
  colouring.value = 'importance';
  const find = explain.value;
  if (!find) return previous;
  explain.value = null;
  work.value = { words: 'Finding out which tracks mattered', share: null };
  previous = previous.then(async () => {
    try {
      await find();
      work.value = null;
      announced.value = 'Tracks are coloured by importance';
    } catch (error) {
      if (!(error instanceof Superseded)) fail(error);
    }
  });
  return previous;
}

/** Says what went wrong. */
export function fail(error: unknown): void {
  batch(() => {
    // A clip that has no answer will get none.
    if (!answer.value && !values.value) reset();
    work.value = null;
    failure.value = explainFailure(error);
    announced.value = '';
  });
}

function finish(): void {
  batch(() => {
    work.value = null;
    const best = answer.value?.[0];
    announced.value = best ? `Answer: ${best.label}, ${percent(best.probability)}` : 'Done';
    // Motion is shown to those who do not mind it; to the others the last frame, where all tracks are seen.
    wanted.value = known.value - 1;
    playing.value = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  });
}

function check(input: Input): void {
  if (input.kind !== 'file') return;
  const { name, blob, part } = input;
  const refusal = whyRefused({ name, size: blob.size, type: blob.type });
  if (refusal) throw new PageError('This file is not taken', refusal);
  if (!(part.start >= 0 && part.end > part.start)) {
    throw new PageError(
      'There is no such part',
      `From ${part.start} s to ${part.end} s: the part must begin at 0 or later and be longer than nothing.`,
    );
  }
  if (part.end - part.start > MOST_SECONDS) {
    throw new PageError(
      'This part is too long',
      `${Math.round(part.end - part.start)} s; at most ${MOST_SECONDS} s can be followed: points are lost over time. Choose a shorter part.`,
    );
  }
}
