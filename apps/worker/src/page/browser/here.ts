/** A clip's way from its frames to what is shown, on this browser's GPU. */
import type { Frame, FrameSource } from '@movt/tracker/frames';
import { openClip } from './clip-source.ts';
import { createEngine, type Engine, POINTS } from './engine.ts';
import type { Input } from './input.ts';
import { addTracks } from './known-tracks.ts';
import type { Run } from './run.ts';
import { drawSample } from './sample.ts';
import { frameKeeper } from './shown-frames.ts';
import { answer, clip, explain, importance, profile, values, warnings, work } from './state.ts';

let engine: Promise<Engine> | null = null;

/** The engine; made anew where there is none, or where its device was lost. */
export async function theEngine(): Promise<Engine> {
  const current = await engine?.catch(() => null);
  if (!current || current.context.lost) engine = createEngine();
  return engine!;
}

/** Tracks, answers and explains; what is known is shown as it comes. */
export async function analyseHere(input: Input, run: Run): Promise<void> {
  work.value = { words: 'Loading kernels and model', share: null };
  const loaded = await run.timed('load', theEngine);
  work.value = { words: `Opening ${input.name}`, share: null };
  const { source, truth } = await run.timed('open', () => open(input));
  try {
    const { width, height, fps, frameCount } = source;
    clip.value = { name: input.name, width, height, fps, T: frameCount, truth };
    const keeper = frameKeeper(run.isCurrent);
    const { tracks, cost } = await loaded.track(watched(source, run, keeper.keep), {
      onPoints: (pixels, first) => {
        if (run.isCurrent()) addTracks(pixels, first, frameCount, POINTS);
      },
      onProgress(done, total) {
        work.value = { words: `Tracking ${POINTS} points through ${total} frames`, share: done / total };
      },
    });
    await keeper.done();
    run.check();
    run.tell('decode', cost.decodeMs);
    run.tell('track', cost.wallMs - cost.decodeMs);
    warnings.value = [...source.warnings];

    work.value = { words: 'Asking the model', share: null };
    const { ranked, best, values: numbers, compileMs, runMs } = await loaded.predict(tracks);
    run.check();
    run.tell('compile', cost.compileMs + compileMs);
    run.tell('answer', runMs);
    answer.value = ranked;
    values.value = numbers;

    const find = async () => {
      importance.value = await run.timed('explain', () => loaded.importance(tracks, best!));
    };
    // A processor that stands in for a GPU compiles the backward pass for many seconds: it waits until asked.
    if (loaded.context.traits.software) explain.value = best === null ? null : find;
    else if (best !== null) {
      work.value = { words: 'Finding out which tracks mattered', share: null };
      await find();
    }
    work.value = { words: 'Timing every kernel', share: null };
    const timed = await loaded.profile(tracks);
    run.check();
    profile.value = timed;
  } finally {
    await source.close();
  }
}

async function open(input: Input): Promise<{ source: FrameSource; truth: string | null }> {
  if (input.kind === 'sample') return drawSample(input.index);
  return { source: await openClip(input.blob, input.name, input.part), truth: null };
}

/** The frames on their way to the tracker; they end where the run is no longer wanted. */
function watched(source: FrameSource, run: Run, keep: (frame: Frame) => void): FrameSource {
  async function* all() {
    for await (const frame of source) {
      run.check();
      keep(frame);
      yield frame;
    }
  }
  return { ...source, [Symbol.asyncIterator]: all };
}
