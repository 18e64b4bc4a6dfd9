import {
  conv1d,
  conv1dBackward,
  dispatchGradient,
  featureStride,
  type PlanTensor,
  trackFeatures,
  trackFeaturesBackward,
  velocityLinear,
  velocityLinearBackward,
  velocityLinearParametersBackward,
} from '@movt/kernels';
import type { MovtConfig } from '../../config.ts';
import { POSITION_STRIDE } from '../../pack-parameter.ts';
import { linear, named } from './linear.ts';
import type { Tape, Value } from './tape.ts';

/** A batch of tracks on the GPU. */
export interface Clips {
  readonly batch: number;
  readonly frames: number;
  readonly points: number;
  /** [batch, frames, points, 3] */
  readonly tracks: PlanTensor;
  /** u32 [batch]: each clip's own number of frames. */
  readonly clipFrames: PlanTensor;
  /** Where the gradient of the tracks is wanted: [batch, frames, points, 3]. */
  readonly dtracks?: PlanTensor;
}

/** What the two branches begin with. */
export interface Beginning {
  /** The first motion layer, [batch·frames·points, channels]. */
  readonly motion: Value;
  /** Each point's mean place, [batch·points, 4]: x, y and two zeros. */
  readonly place: Value;
}

/** The first motion layer on ways over several lags, and the mean places. */
export function embedFeatures(tape: Tape, name: string, clips: Clips, config: MovtConfig): Beginning {
  const { plan } = tape;
  const { batch, frames, points, tracks, clipFrames, dtracks } = clips;
  const problem = { batch, frames, points, lags: config.velocityLags, displacement: config.displacement };
  const rows = batch * frames * points;
  const columns = featureStride(problem);
  const needsGradient = dtracks !== undefined;
  const label = 'track features';
  const features: Value = {
    label,
    rows,
    columns,
    tensor: tape.tensor(label, rows * columns),
    needsGradient,
    gated: false,
  };
  const place = meanPlace(tape, clips);
  const outputs = { y: features.tensor, position: place.tensor };
  plan.dispatch(trackFeatures, problem, { tracks, frames: clipFrames, ...outputs });
  tape.record(() => {
    if (!dtracks || !features.gradient || !place.gradient) return;
    const operands = { dy: features.gradient, frames: clipFrames, dposition: place.gradient, dtracks };
    plan.dispatch(trackFeaturesBackward, problem, operands, 'd tracks');
  });
  return { motion: linear(tape, name, features, config.motionHidden[0], named(name), { relu: true }), place };
}

function meanPlace(tape: Tape, { batch, points, dtracks }: Clips): Value {
  const label = 'mean position';
  const rows = batch * points;
  return {
    label,
    rows,
    columns: POSITION_STRIDE,
    tensor: tape.tensor(label, rows * POSITION_STRIDE),
    needsGradient: dtracks !== undefined,
    gated: false,
  };
}

/** The first motion layer on velocities, fused with them, and the mean places. */
export function embedVelocity(tape: Tape, name: string, clips: Clips, channels: number): Beginning {
  const { plan, parameters } = tape;
  const { batch, frames, points, tracks, clipFrames, dtracks } = clips;
  const problem = { batch, frames, points, channels };
  const rows = batch * frames * points;
  const isTrained = parameters.isTrained(`${name}.weight`);
  const y: Value = {
    label: name,
    rows,
    columns: channels,
    tensor: tape.tensor(name, rows * channels),
    needsGradient: isTrained || dtracks !== undefined,
    gated: false,
  };
  const place = meanPlace(tape, clips);
  const weight = parameters.slice('weight', `${name}.weight`);
  const bias = parameters.slice('weight', `${name}.bias`);
  const outputs = { y: y.tensor, position: place.tensor };
  plan.dispatch(velocityLinear, problem, { tracks, weight, bias, frames: clipFrames, ...outputs }, name);

  tape.record(() => {
    const dy = y.gradient;
    if (!dy) return;
    if (isTrained) {
      const [dweight, dbias] = ['weight', 'bias'].map((part) => parameters.slice('gradient', `${name}.${part}`));
      const operands = { dy, y: y.tensor, tracks, dweight, dbias };
      plan.dispatch(velocityLinearParametersBackward, problem, operands, `d ${name}`);
    }
    if (dtracks && place.gradient) {
      const operands = { dy, y: y.tensor, weight, frames: clipFrames, dposition: place.gradient, dtracks };
      plan.dispatch(velocityLinearBackward, problem, operands, 'd tracks');
    }
  });
  return { motion: y, place };
}

/** The convolution over each point's time and its maximum: [batch·frames·points, x.columns] → [batch·points, outputs]. */
export function convolveTime(
  tape: Tape,
  name: string,
  x: Value,
  clips: Omit<Clips, 'tracks'>,
  outputs: number,
  taps: number,
): Value {
  const { plan, parameters } = tape;
  const { batch, frames, points, clipFrames } = clips;
  const problem = { batch, frames, points, inputs: x.columns, outputs, taps };
  const rows = batch * points;
  const isTrained = parameters.isTrained(`${name}.weight`);
  const y: Value = {
    label: name,
    rows,
    columns: outputs,
    tensor: tape.tensor(name, rows * outputs),
    needsGradient: x.needsGradient || isTrained,
    gated: false,
  };
  const weight = parameters.slice('weight', `${name}.weight`);
  const bias = parameters.slice('weight', `${name}.bias`);
  const argmax = y.needsGradient ? plan.tensor(`${name} argmax`, rows * outputs) : undefined;
  plan.dispatch(
    conv1d,
    { ...problem, maxOverTime: true, storeArgmax: argmax !== undefined },
    { x: x.tensor, weight, bias, frames: clipFrames, y: y.tensor, ...(argmax && { argmax }) },
    name,
  );

  tape.record(() => {
    const dy = y.gradient;
    if (!argmax || !dy) return;
    const relu = x.gate?.scale === 1;
    const steps = conv1dBackward({ ...problem, relu });
    const tensors = { x: x.tensor, weight, dy, argmax, frames: clipFrames };
    if (x.needsGradient) {
      const dx = tape.tensor(`d ${x.label}`, x.rows * x.columns);
      dispatchGradient(plan, steps.dx, { ...tensors, dx }, `d ${x.label}`);
      x.gradient = dx;
      x.gated = relu;
    }
    if (!isTrained) return;
    const [dweight, dbias] = ['weight', 'bias'].map((part) => parameters.slice('gradient', `${name}.${part}`));
    dispatchGradient(plan, steps.dweight, { ...tensors, dweight }, `d ${name}.weight`);
    dispatchGradient(plan, steps.dbias, { ...tensors, dbias }, `d ${name}.bias`);
  });
  return y;
}
