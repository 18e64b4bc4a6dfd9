import { badInput, createPlan, type GpuContext, type Plan } from '@movt/kernels';
import { checkTracks, type Tracks } from '@movt/tracker/tracks';
import { splitBatches } from '../batches.ts';
import type { Checkpoint } from '../checkpoint.ts';
import type { MovtConfig } from '../config.ts';
import { movtModel } from '../movt-model.ts';
import { commonShape, padClips } from '../pad-clips.ts';
import type { Shape } from '../plan.ts';
import { createPlanCache } from '../plan-cache.ts';
import { recordMovt } from './graph/movt.ts';
import { createParameterBuffers, type ParameterBuffers } from './graph/parameter-buffers.ts';
import { createTape } from './graph/tape.ts';
import { answerOf } from './graph/trunk.ts';

/** How an output of a model depends on the tracks that it saw. */
export interface TrackGradient {
  /**
   * The gradient of one output of each clip, such as the logit of its class, with respect to its tracks: [T,N,3] a clip.
   * @param outputs one index a clip
   */
  gradient(clips: readonly Tracks[], outputs: readonly number[]): Promise<Float32Array[]>;
  destroy(): Promise<void>;
}

const PLAN_BUDGET = 512 * 2 ** 20;

/** Loads a checkpoint's weights onto a context's device, to be asked for gradients. */
export function createTrackGradient(context: GpuContext, { config, weights }: Checkpoint): TrackGradient {
  const all = [''];
  const model = movtModel(config);
  const parameters = createParameterBuffers(context, model, all);
  parameters.upload('weight', weights);
  const plans = createPlanCache(PLAN_BUDGET);

  const gradientOfBatch = async (clips: readonly Tracks[], outputs: readonly number[]) => {
    const shape = commonShape(clips);
    const seed = new Float32Array(clips.length * config.outputs);
    for (const [b, output] of outputs.entries()) seed[b * config.outputs + output] = 1;
    const { dtracks } = await plans.use(
      `${shape.batch}×${shape.frames}×${shape.points}`,
      () => planTrackGradient(context, config, parameters, shape),
      (plan) => plan.run({ ...padClips(clips, shape), seed }),
    );
    return clips.map((clip, b) => cropTracks(dtracks, b, clip, shape));
  };

  return {
    async gradient(clips, outputs) {
      checkQuestion(clips, outputs, config);
      const gradients: Float32Array[] = [];
      for (const batch of splitBatches(clips, model, context.limits.maxStorageBufferBindingSize)) {
        const theirs = outputs.slice(gradients.length, gradients.length + batch.length);
        gradients.push(...(await gradientOfBatch(batch, theirs)));
      }
      return gradients;
    },
    async destroy() {
      await plans.destroy();
      parameters.destroy();
    },
  };
}

/** Inputs as `planMovt` takes them, and `seed` [B,outputs], what the outputs are weighed by; output `dtracks` [B,T,N,3]. */
function planTrackGradient(
  context: GpuContext,
  config: MovtConfig,
  parameters: ParameterBuffers,
  { batch, frames, points }: Shape,
): Promise<Plan> {
  const plan = createPlan(context, `gradient of tracks ${batch}×${frames}×${points}`);
  const tracks = plan.input('tracks', batch * frames * points * 3);
  const clipFrames = plan.input('frames', batch);
  const mask = plan.input('mask', batch * points);
  const dtracks = plan.tensor('d tracks', batch * frames * points * 3);
  const tape = createTape(plan, parameters, undefined);
  const encoded = recordMovt(tape, config, { batch, frames, points, tracks, clipFrames, dtracks }, mask);
  const { output } = answerOf(tape, encoded, config.outputs);
  output.gradient = plan.input('seed', batch * config.outputs);
  tape.backward();
  plan.output('dtracks', dtracks);
  return plan.build();
}

/** Clip `b` out of a padded batch [B,frames,points,3]. */
function cropTracks(batch: Float32Array, b: number, { T, N }: Tracks, { frames, points }: Shape): Float32Array {
  const clip = new Float32Array(T * N * 3);
  for (let t = 0; t < T; t++) {
    const first = (b * frames + t) * points * 3;
    clip.set(batch.subarray(first, first + N * 3), t * N * 3);
  }
  return clip;
}

function checkQuestion(clips: readonly Tracks[], outputs: readonly number[], config: MovtConfig): void {
  const refuse = (given: string, needed: string) => badInput({ action: 'asking for a gradient', given, needed });
  for (const [i, clip] of clips.entries()) checkTracks(clip, `clip ${i}`);
  if (outputs.length !== clips.length) throw refuse(`${outputs.length} outputs`, `${clips.length}, one a clip`);
  const wrong = outputs.find((output) => !(Number.isInteger(output) && output >= 0 && output < config.outputs));
  if (wrong !== undefined) throw refuse(`output ${wrong}`, `an output from 0 to ${config.outputs - 1}`);
}
