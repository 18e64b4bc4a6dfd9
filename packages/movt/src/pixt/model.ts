import type { Model, PlanInputs } from '../model.ts';
import type { Shape } from '../plan.ts';
import { movtBlocks, paddedRows } from '../train/graph/movt-blocks.ts';
import { answerOf } from '../train/graph/trunk.ts';
import { trunkNetwork } from '../trunk-network.ts';
import { augmentPixels } from './augment.ts';
import { checkPixels, type PixelClip } from './clip.ts';
import type { PixtConfig } from './config.ts';
import { COLOURS, pixtParameters } from './parameters.ts';
import { COLOUR_STRIDE, pixtTokens } from './record.ts';

/** PixT, as the trainer takes it. Every clip gets all of the embedding's places; those that it has no pixel for are masked. */
export function pixtModel(config: PixtConfig): Model<PixelClip> {
  const { points, outputs } = config;
  return {
    ...trunkNetwork(config),
    config,
    outputs,
    parameters: pixtParameters(config),
    blocksOf: (parameter) =>
      parameter.name === 'motion.mlp.0.weight' ? [paddedRows(parameter)] : movtBlocks(parameter),
    check: (clip, what) => checkPixels(clip, points, what),
    shapeOf: (clips) => ({ batch: clips.length, frames: Math.max(...clips.map(({ T }) => T)), points }),
    pack: packPixels,
    augment: augmentPixels,
    record: (tape, shape) => answerOf(tape, pixtTokens(tape, config, shape), outputs),
  };
}

/** The inputs that `pixtTokens` declares, of clips of any T and N. */
function packPixels(clips: readonly PixelClip[], { batch, frames, points }: Shape): PlanInputs {
  const pixels = new Float32Array(batch * frames * points * COLOUR_STRIDE);
  const mask = new Uint32Array(batch * points);
  for (const [b, { data, T, N, places }] of clips.entries()) {
    for (let i = 0; i < N; i++) {
      const place = places ? places[i] : i;
      mask[b * points + place] = 1;
      for (let t = 0; t < T; t++) {
        const from = (t * N + i) * COLOURS;
        const to = ((b * frames + t) * points + place) * COLOUR_STRIDE;
        for (let c = 0; c < COLOURS; c++) pixels[to + c] = data[from + c];
      }
    }
  }
  return { pixels, frames: Uint32Array.from(clips, ({ T }) => T), mask };
}
