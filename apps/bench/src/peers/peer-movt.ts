/** dist/peer-movt.mjs: movt itself as a peer; apps/bench/peers/movt.mjs and movt-train.mjs serve it. */
import { readSafetensors } from '@movt/kernels/safetensors/file';
import {
  createTrainer,
  decodeCheckpoint,
  decodeModelCheckpoint,
  isMovt,
  type ModelConfig,
  type ModelPredictor,
  modelOf,
  predictorOf,
  type Tracks,
  type Trainer,
  type VideoClip,
  type Weights,
} from 'movt';
import manifest from '../../package.json' with { type: 'json' };
import { openContext } from '../open-context.ts';
import type { PeerOperations, RunRequest, TrainLoadRequest, TrainRequest } from './protocol.ts';
import { PLAIN_TRAINING } from './training-workload.ts';

const { version } = manifest;

let predicts: ModelPredictor<Tracks | VideoClip>;
let config: ModelConfig;

export const predictor: PeerOperations = {
  async load({ weights: path }) {
    const context = await openContext();
    const checkpoint = decodeModelCheckpoint(await readSafetensors(path), path);
    config = checkpoint.config;
    predicts = predictorOf(context, modelOf(config), checkpoint.weights);
    return { version, adapter: context.adapter.name };
  },
  prepare: async (request) => ({ compile_ms: (await predict(request)).ms }),
  run: predict,
};

async function predict(request: RunRequest) {
  const clips = isMovt(config) ? tracksOf(request) : videosOf(request);
  const started = performance.now();
  const { outputs, cost } = await predicts.predict(clips);
  const ms = performance.now() - started;
  return { output: join(outputs), ms, dispatches: cost.dispatches };
}

let trains: Trainer;
let start: Weights;
let learningRate: number;
let dispatches: number;

export const trainer: PeerOperations<TrainLoadRequest, TrainRequest> = {
  async load({ weights: path, optimiser }) {
    const context = await openContext();
    const { config, weights } = decodeCheckpoint(await readSafetensors(path), path);
    start = weights;
    trains = createTrainer(context, modelOf(config), start, { ...PLAIN_TRAINING, ...optimiser });
    learningRate = optimiser.learningRate;
    return { version, adapter: context.adapter.name };
  },
  async prepare(request) {
    const started = performance.now();
    const step = await trains.profile(questionOf(request), learningRate, 'plan');
    dispatches = step.dispatches.length;
    return { compile_ms: performance.now() - started };
  },
  async run(request) {
    trains.restart(start);
    await trains.weights(); // what was uploaded has arrived: it is no part of the step
    const question = questionOf(request);
    let [loss, gradNorm, ms] = [0, 0, 0];
    for (let i = 0; i < request.steps; i++) {
      const started = performance.now();
      ({ loss, gradNorm } = await trains.step([question], learningRate));
      ms = performance.now() - started;
    }
    const weights = await trains.weights();
    return { output: join([[loss, gradNorm], ...weights.values()]), ms, dispatches };
  },
};

const questionOf = (request: TrainRequest) => ({ clips: tracksOf(request), labels: [...request.labels] });

/** Views of a batch's clips. */
function tracksOf({ batch, frames, points, clips }: RunRequest): Tracks[] {
  const length = frames * points * 3;
  return Array.from({ length: batch }, (_, b) => ({
    data: clips.subarray(b * length, (b + 1) * length),
    T: frames,
    N: points,
  }));
}

/** Videos as they are stored, a byte a colour. */
function videosOf({ clips, shape }: RunRequest): VideoClip[] {
  const [batch, T, height, width] = shape;
  const length = clips.length / batch;
  return Array.from({ length: batch }, (_, b) => {
    const bytes = Uint8Array.from(clips.subarray(b * length, (b + 1) * length));
    return { T, height, width, pixels: () => bytes };
  });
}

function join(parts: readonly ArrayLike<number>[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
