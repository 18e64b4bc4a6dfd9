/** A clip's way to the server and back, where this browser cannot compute. */
import { batch } from '@preact/signals';
import { megabytes } from './format.ts';
import { FRAMES } from './frames.ts';
import type { Input } from './input.ts';
import { addTracks } from './known-tracks.ts';
import { PageError } from './messages.ts';
import type { Run } from './run.ts';
import { chosenModel } from './server-models.ts';
import { frameKeeper } from './shown-frames.ts';
import type { StreamEvent } from './sse.ts';
import { answer, clip, importance, values, warnings, work } from './state.ts';
import { serverError, upload } from './upload.ts';
import { openVideoElement } from './video-element.ts';
import type { WireAnswer, WireError, WireStage, WireTracks, WireTracksEvent } from './wire.ts';

const STAGES: Record<string, string> = {
  receive: 'The server receives the video',
  decode: 'The server decodes the video',
  track: 'The server tracks points',
  predict: 'The server asks the model',
  importance: 'The server finds out which tracks mattered',
};

/** Uploads a clip and shows what the server finds, as it comes. */
export async function analyseThere(input: Input, run: Run): Promise<void> {
  const { blob, truth } = await videoOf(input);
  run.check();
  const picture = showFrames(blob, input, truth, run);
  let finished = false;
  await upload(`v1/predict?${await question(input)}`, blob, {
    check: run.check,
    onSent(bytes, total) {
      const words = bytes < total ? `Uploading: ${megabytes(bytes)} of ${megabytes(total)}` : STAGES.decode!;
      work.value = { words, share: bytes < total ? bytes / total : null };
    },
    onEvent(event) {
      if (show(event, input.name, truth, run)) finished = true;
    },
  });
  await picture;
  run.check();
  if (!finished) throw new PageError('The server gave no answer', 'The connection ended before the answer came.');
}

/** The query: which model, which part, and what is to be told beside the answer. */
async function question(input: Input): Promise<URLSearchParams> {
  const query = new URLSearchParams({ top: '5', points: 'grid:8x8', frames: `${FRAMES}` });
  const model = await chosenModel();
  if (model) query.set('model', model.name);
  // A model that takes pictures has no tracks to show, and importance is that of tracks for a class.
  const tracks = model?.takesTracks ?? true;
  if (tracks) query.set('tracks', '1');
  if (tracks && (model?.tellsClasses ?? true)) query.set('importance', '1');
  if (input.kind === 'file') {
    query.set('start', `${input.part.start}`);
    query.set('end', `${input.part.end}`);
  }
  return query;
}

async function videoOf(input: Input): Promise<{ blob: Blob; truth: string | null }> {
  if (input.kind === 'file') return { blob: input.blob, truth: null };
  work.value = { words: 'Recording the sample', share: null };
  const { drawSample, recordSample } = await import('./sample.ts');
  const sample = drawSample(input.index);
  return { blob: await recordSample(sample), truth: sample.truth };
}

/** Shows the video's own frames beneath the server's tracks, where this browser can play them; else the tracks stand alone. */
async function showFrames(blob: Blob, input: Input, truth: string | null, run: Run): Promise<void> {
  const part = input.kind === 'file' ? input.part : { start: 0, end: Number.POSITIVE_INFINITY };
  const keeper = frameKeeper(run.isCurrent);
  try {
    const source = await openVideoElement(blob, input.name, part, FRAMES);
    run.check();
    const { width, height, fps } = source;
    clip.value ??= { name: input.name, width, height, fps, T: FRAMES, truth };
    for await (const frame of source) {
      if (!run.isCurrent()) return;
      keeper.keep(frame);
    }
  } catch {
    // Nothing is lost but the picture.
  }
  await keeper.done();
}

/** Takes in an event; whether it is the answer. */
function show({ event, data }: StreamEvent, name: string, truth: string | null, run: Run): boolean {
  switch (event) {
    case 'stage': {
      const { stage, done, total } = data as WireStage;
      work.value = { words: STAGES[stage] ?? `The server: ${stage}`, share: total > 0 ? done / total : null };
      return false;
    }
    case 'tracks': {
      const piece = data as WireTracksEvent;
      takeTracks(piece, piece.first, FRAMES, name, truth);
      return false;
    }
    case 'answer':
      batch(() => takeAnswer(data as WireAnswer, name, truth, run));
      return true;
    case 'error': {
      const { error, status } = data as WireError;
      throw serverError(status, error);
    }
    default:
      return false;
  }
}

function takeTracks(
  { T, N, width, height, fps, data }: WireTracks,
  first: number,
  total: number,
  name: string,
  truth: string | null,
): void {
  clip.value ??= { name, width, height, fps, T: Math.max(total, T), truth };
  // Of a point the server says whether it is seen; tracks say whether it is hidden.
  addTracks(
    Float32Array.from(data, (value, i) => (i % 3 === 2 ? 1 - value : value)),
    first,
    total,
    N,
  );
}

function takeAnswer(
  { top, values: numbers, timing, tracks, importance: shares, warnings: told }: WireAnswer,
  name: string,
  truth: string | null,
  run: Run,
): void {
  if (tracks) takeTracks(tracks, 0, tracks.T, name, truth);
  for (const [key, ms] of Object.entries(timing)) {
    if (key.endsWith('Ms') && key !== 'totalMs' && ms > 0) run.tell(key.slice(0, -2), ms);
  }
  answer.value = top?.map(({ label, probability }) => ({ label, probability })) ?? null;
  values.value = numbers ?? null;
  importance.value = shares ?? null;
  warnings.value = told;
}
