import type { Clip, ModelDescription, TensorSpec } from '../service.ts';
import { quoted, refuse, shapeText } from './refuse.ts';
import { reading, type Tensor } from './tensor.ts';
import { float32Of, uint8Of } from './values.ts';

/** What one request may hold. */
export interface TensorLimits {
  readonly clips: number;
  readonly frames: number;
  /** Points of a clip. */
  readonly points: number;
  /** Pixels of a frame. */
  readonly pixels: number;
}

/**
 * A request's clips: its one input, [clips, T, N, 3] of tracks or [clips, T, height, width, 3] of frames, cut into clips that share its
 * memory. Names, shapes and limits are checked before values are read.
 * @throws Refusal 400 for another input or shape than the model's, 413 beyond a limit
 */
export function clipsOf(
  inputs: readonly Tensor[],
  { inputs: specs, takes }: ModelDescription,
  limits: TensorLimits,
): Clip[] {
  const [spec] = specs;
  if (inputs.length > 1 || inputs[0].name !== spec.name) {
    const given = inputs.map(({ name }) => quoted(name)).join(', ');
    throw refuse(400, 'reading the inputs', given, `${quoted(spec.name)} ${shapeText(spec.shape)} and no other`);
  }
  const [tensor] = inputs;
  checkShape(tensor, spec);
  return takes === 'tracks' ? tracksOf(tensor, limits) : videosOf(tensor, limits);
}

function checkShape(tensor: Tensor, { shape }: TensorSpec): void {
  const fits =
    tensor.shape.length === shape.length && shape.every((size, i) => size === -1 || size === tensor.shape[i]);
  if (!fits) {
    throw refuse(400, reading(tensor), `shape ${shapeText(tensor.shape)}`, `${shapeText(shape)}, where -1 is any size`);
  }
  if (tensor.shape[0] < 1) throw refuse(400, reading(tensor), 'no clip', 'at least 1');
}

function checkLimit(tensor: Tensor, given: number, most: number, what: string): void {
  if (given > most) throw refuse(413, reading(tensor), `${given} ${what}`, `at most ${most}`);
}

function tracksOf(tensor: Tensor, limits: TensorLimits): Clip[] {
  const [clips, T, N] = tensor.shape;
  checkLimit(tensor, clips, limits.clips, 'clips');
  checkLimit(tensor, T, limits.frames, 'frames');
  checkLimit(tensor, N, limits.points, 'points');
  const values = float32Of(tensor);
  const size = T * N * 3;
  return Array.from({ length: clips }, (_, b) => ({ data: values.subarray(b * size, (b + 1) * size), T, N }));
}

function videosOf(tensor: Tensor, limits: TensorLimits): Clip[] {
  const [clips, T, height, width] = tensor.shape;
  checkLimit(tensor, clips, limits.clips, 'clips');
  checkLimit(tensor, T, limits.frames, 'frames');
  checkLimit(tensor, height * width, limits.pixels, 'pixels a frame');
  const values = uint8Of(tensor);
  const size = T * height * width * 3;
  return Array.from({ length: clips }, (_, b) => {
    const pixels = values.subarray(b * size, (b + 1) * size);
    return { T, height, width, pixels: () => pixels };
  });
}
