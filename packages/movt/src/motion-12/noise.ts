import type { Draws } from './draws.ts';
import type { Sighting } from './points.ts';
import { GROUND, type Scene } from './scene.ts';
import { apply, invert, type Place, type Similarity } from './similarity.ts';

/** How badly a clip is tracked; lengths in half pictures. */
interface Noise {
  /** Standard deviation of a place, drawn anew in each frame. */
  readonly jitter: number;
  /** Standard deviation of the step by which a point slides off its place in each frame. */
  readonly slide: number;
  /** Share of the points that are lost for good. */
  readonly lost: number;
  /** Share of the points that stick to the ground from some moment on, and are reported as seen. */
  readonly stuck: number;
  /** Share of the points that are not found for a spell. */
  readonly missed: number;
}

function drawNoise(draws: Draws): Noise {
  return {
    jitter: draws.between(0.0005, 0.006),
    slide: draws.between(0, 0.004),
    lost: draws.between(0, 0.3),
    stuck: draws.between(0, 0.15),
    missed: draws.between(0, 0.4),
  };
}

/** Longest spell in which a point is not found, in frames. */
const LONGEST_SPELL = 8;

/** Share of the points that are found again when they come out from behind something. */
const FOUND_AGAIN = 0.5;

/**
 * What a tracker would make of points' true places: they jitter and slide off. Where a point is hidden, not found or lost, and where the
 * tracker has mistaken the ground for it, it stays on the ground where it was seen last; from behind something not all come back.
 *
 * @param truth [frames][points].
 */
export function disturb(truth: readonly (readonly Sighting[])[], scene: Scene): Sighting[][] {
  const noise = drawNoise(scene.draws('noise'));
  const ground = truth.map((_, t) => scene.mapsAt(t)[GROUND]!);
  const points = truth[0]!.map((_, n) => drawFaults(scene.draws('point noise', n), noise, scene.frames));
  return truth.map((sightings, t) => sightings.map((sighting, n) => points[n]!(sighting, t, ground[t]!)));
}

/** A point's tracker: from where it is to where it is found, frame by frame in order. */
function drawFaults(draws: Draws, noise: Noise, frames: number) {
  const moment = (share: number) => (draws.chance(share) ? draws.between(1, frames) : Number.POSITIVE_INFINITY);
  const [missedFrom, stuckFrom] = [moment(noise.missed), moment(noise.stuck)];
  const missedUntil = missedFrom + draws.between(1, LONGEST_SPELL);
  const isForgotten = !draws.chance(FOUND_AGAIN);
  let lostFrom = moment(noise.lost);
  let error = { x: 0, y: 0 };
  let onGround: Place | undefined;
  const around = ({ x, y }: Place, deviation: number) => ({
    x: x + deviation * draws.normal(),
    y: y + deviation * draws.normal(),
  });
  return ({ place, isHidden: isCovered }: Sighting, t: number, ground: Similarity): Sighting => {
    if (isCovered && isForgotten) lostFrom = Math.min(lostFrom, t);
    const isHidden = isCovered || t >= lostFrom || (t >= missedFrom && t < missedUntil);
    if (!isHidden && t < stuckFrom) onGround = apply(invert(ground), place);
    const found = onGround ? apply(ground, onGround) : place;
    if (t > 0) error = around(error, noise.slide);
    return { place: around({ x: found.x + error.x, y: found.y + error.y }, noise.jitter), isHidden };
  };
}
