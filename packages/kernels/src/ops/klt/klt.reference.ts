import type { Arrays } from '../../testing/check-kernel.ts';
import { type PackedImage, pyramidLevels } from '../gaussian_pyramid/pyramid.ts';
import { type KltProblem, POINT_SIZE } from './klt.ts';
import * as window from './window.ts';

type Point = readonly [x: number, y: number];

/** What a window looks like: for each pixel its weight, and for each of three colours value and slopes, less their means. */
interface Template {
  readonly weight: Float64Array; // [P], sums to 1
  readonly value: Float64Array; // [P,3]
  readonly slopeX: Float64Array; // [P,3]
  readonly slopeY: Float64Array; // [P,3]
  readonly matrix: readonly [xx: number, xy: number, yy: number];
  readonly leastEigenvalue: number;
}

const { RADIUS } = window;
const OFFSETS: readonly Point[] = Array.from({ length: (2 * RADIUS + 1) ** 2 }, (_, i) => [
  (i % (2 * RADIUS + 1)) - RADIUS,
  Math.floor(i / (2 * RADIUS + 1)) - RADIUS,
]);

/** The kernel's answer in float64, in the terms of the papers; see klt.wgsl for those. */
export function kltReference(problem: KltProblem, inputs: Arrays): Arrays {
  const { width, height, levels, patches, points: N } = problem;
  const { queries, points } = inputs as { queries: ArrayLike<number>; points: ArrayLike<number> };
  const images = Uint32Array.from(inputs.images!);
  const previous = pyramidLevels(problem.previous, width, height, levels);
  const next = pyramidLevels(problem.next, width, height, levels);
  const moved = new Float64Array(N * POINT_SIZE);

  for (let n = 0; n < N; n++) {
    const [startX, startY, occluded, before, velocityX, velocityY] = Array.from(points).slice(
      n * POINT_SIZE,
    ) as number[];
    const query: Point = [queries[n * 2]!, queries[n * 2 + 1]!];
    const start: Point = [startX!, startY!];
    const age = before! + 1;
    if (age <= 0) {
      moved.set([...query, age < 0 ? 1 : 0, age, query[0] - startX!, query[1] - startY!], n * POINT_SIZE);
      continue;
    }

    // Coarse to fine from where the point was; if it gets lost, from where its velocity takes it, with fewer and fewer levels.
    const attempt = (guess: Point, count: number) => {
      const forward = follow(images, previous.slice(0, count), next, start, guess);
      // The way back is looked for where it should end: from a window that shows something else it leads away.
      const backward = follow(images, next.slice(0, 1), previous, forward.position, start);
      const isLost =
        forward.correlation <= window.FLOW_CORRELATION ||
        distance(backward.position, start) > window.MAX_FORWARD_BACKWARD;
      return { position: forward.position, isLost };
    };
    let found = attempt(start, levels);
    for (let count = levels - 1; count > 0 && found.isLost; count--) {
      const again = attempt([startX! + velocityX!, startY! + velocityY!], count);
      if (!again.isLost) found = again;
    }

    const side = window.PATCH_SIDE;
    const patch: PackedImage = { offset: patches + n * side * side, width: side, height: side };
    const inPatch = query.map((v) => window.PATCH_MARGIN + v - Math.floor(v)) as [number, number];
    const template = learn(images, patch, inPatch);
    let place = found.position;
    let isRecognised = false;
    if (template.leastEigenvalue > window.MIN_EIGENVALUE) {
      const { centre, correlation } = align(images, next[0]!, template, found.position);
      isRecognised = distance(centre, found.position) < window.MAX_CORRECTION && correlation > window.QUERY_CORRELATION;
      if (isRecognised) place = centre;
    }

    const isOutside = place[0] < 0 || place[1] < 0 || place[0] > width - 1 || place[1] > height - 1;
    const isOccluded = found.isLost || isOutside || (occluded! > 0 && !isRecognised);
    moved.set([...place, isOccluded ? 1 : 0, age, place[0] - startX!, place[1] - startY!], n * POINT_SIZE);
  }
  return { moved };
}

/** Follows a point from one pyramid into the other, coarse to fine; the correlation is the finest level's, 0 without texture. */
function follow(images: Uint32Array, from: PackedImage[], to: PackedImage[], point: Point, guess: Point) {
  let position = guess;
  let correlation = 0;
  for (let level = from.length - 1; level >= 0; level--) {
    const scale = 2 ** level;
    const template = learn(images, from[level]!, [point[0] / scale, point[1] / scale]);
    correlation = 0;
    if (template.leastEigenvalue <= window.MIN_EIGENVALUE) continue;
    const fit = align(images, to[level]!, template, [position[0] / scale, position[1] / scale]);
    position = [fit.centre[0] * scale, fit.centre[1] * scale];
    correlation = fit.correlation;
  }
  return { position, correlation };
}

/** Takes the window around `centre` as the template. */
function learn(images: Uint32Array, image: PackedImage, [x, y]: Point): Template {
  const P = OFFSETS.length;
  const weight = new Float64Array(P);
  const value = new Float64Array(P * 3);
  const slopeX = new Float64Array(P * 3);
  const slopeY = new Float64Array(P * 3);
  for (const [i, [ox, oy]] of OFFSETS.entries()) {
    weight[i] = Math.exp((-0.5 * (ox ** 2 + oy ** 2)) / window.SIGMA ** 2) / window.gaussianSum() ** 2;
    for (let c = 0; c < 3; c++) {
      const at = (dx: number, dy: number) => sample(images, image, x + ox + dx, y + oy + dy, c);
      value[i * 3 + c] = at(0, 0);
      // Scharr's derivative.
      slopeX[i * 3 + c] =
        (3 * (at(1, -1) - at(-1, -1)) + 10 * (at(1, 0) - at(-1, 0)) + 3 * (at(1, 1) - at(-1, 1))) / 32;
      slopeY[i * 3 + c] =
        (3 * (at(-1, 1) - at(-1, -1)) + 10 * (at(0, 1) - at(0, -1)) + 3 * (at(1, 1) - at(1, -1))) / 32;
    }
  }
  for (const array of [value, slopeX, slopeY]) subtractMean(array, weight);
  const [xx, xy, yy] = [dot(slopeX, slopeX, weight), dot(slopeX, slopeY, weight), dot(slopeY, slopeY, weight)];
  const leastEigenvalue = (xx + yy - Math.hypot(xx - yy, 2 * xy)) / 2 / 3;
  return { weight, value, slopeX, slopeY, matrix: [xx, xy, yy], leastEigenvalue };
}

interface Fit {
  readonly centre: Point;
  /** Normalised correlation of the template with the window before the last step, colours together. */
  readonly correlation: number;
}

/** Moves the window from `start` to where it fits the template best: inverse-compositional Gauss–Newton steps. */
function align(images: Uint32Array, image: PackedImage, template: Template, start: Point): Fit {
  const { value, slopeX, slopeY, weight } = template;
  const [xx, xy, yy] = template.matrix;
  let [x, y] = start;
  let correlation = 0;
  for (let i = 0; i < window.MAX_STEPS; i++) {
    const seen = look(images, image, [x, y]);
    subtractMean(seen, weight);
    const [known, found] = [dot(value, value, weight), dot(seen, seen, weight)];
    // Less than a grey level of contrast is noise.
    correlation = dot(value, seen, weight) / Math.sqrt(Math.max(known, 1) * Math.max(found, 1));
    const difference = seen.map((v, k) => v - value[k]!);
    const bx = dot(difference, slopeX, weight);
    const by = dot(difference, slopeY, weight);
    const stepX = (yy * bx - xy * by) / (xx * yy - xy * xy);
    const stepY = (xx * by - xy * bx) / (xx * yy - xy * xy);
    x -= stepX;
    y -= stepY;
    if (Math.hypot(stepX, stepY) < window.STEP_TOLERANCE) break;
  }
  return { centre: [x, y], correlation };
}

/** The window around `centre`. [P,3] */
function look(images: Uint32Array, image: PackedImage, [x, y]: Point): Float64Array {
  return Float64Array.from({ length: OFFSETS.length * 3 }, (_, k) => {
    const [ox, oy] = OFFSETS[Math.floor(k / 3)]!;
    return sample(images, image, x + ox, y + oy, k % 3);
  });
}

/** One colour, 0 to 255, between four pixels; beyond the edge that of the edge. */
function sample(images: Uint32Array, { offset, width, height }: PackedImage, x: number, y: number, channel: number) {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const pixel = (px: number, py: number) => {
    const column = Math.min(Math.max(px, 0), width - 1);
    const row = Math.min(Math.max(py, 0), height - 1);
    return (images[offset + row * width + column]! >>> (8 * channel)) & 255;
  };
  const upper = (1 - fx) * pixel(x0, y0) + fx * pixel(x0 + 1, y0);
  const lower = (1 - fx) * pixel(x0, y0 + 1) + fx * pixel(x0 + 1, y0 + 1);
  return (1 - fy) * upper + fy * lower;
}

/** Σ weight·a·b over pixels and colours. */
function dot(a: Float64Array, b: Float64Array, weight: Float64Array): number {
  return weight.reduce(
    (sum, w, i) => sum + w * (a[i * 3]! * b[i * 3]! + a[i * 3 + 1]! * b[i * 3 + 1]! + a[i * 3 + 2]! * b[i * 3 + 2]!),
    0,
  );
}

/** Takes each colour's weighted mean out of [P,3], in place. */
function subtractMean(array: Float64Array, weight: Float64Array): void {
  for (let c = 0; c < 3; c++) {
    const mean = weight.reduce((sum, w, i) => sum + w * array[i * 3 + c]!, 0);
    for (let i = 0; i < weight.length; i++) array[i * 3 + c]! -= mean;
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
