import { drawCamera } from './camera.ts';
import { MOTION_CLASSES } from './classes.ts';
import { type ClipDraws, clipDraws } from './draws.ts';
import { drawMotion } from './motions.ts';
import { drawOccluder } from './occluder.ts';
import { corners, depth, drawOutline } from './outline.ts';
import { clipPolygon } from './polygon.ts';
import { apply, compose, invert, type Place, type Similarity, similarity } from './similarity.ts';

/** The layers of a scene, from back to front: the ground, two halves of the thing before it, and what may pass in front of all. */
export const GROUND = 0;
export const FIRST_HALF = 1;
export const SECOND_HALF = 2;
export const OCCLUDER = 3;

export interface Layer {
  /** How far inside of the layer a place is, in its coordinates; negative outside. */
  depth(x: number, y: number): number;
  /** Of a circle about the origin that holds all of it. */
  readonly radius: number;
  /** What bounds a half of the thing, as a polygon; the other layers have none. */
  readonly contour?: readonly Place[];
}

/** A flat thing that moves before a flat ground at rest, seen by a camera. Pictures are [−1, 1] wide and high; y points down. */
export interface Scene {
  /** Index into MOTION_CLASSES. */
  readonly label: number;
  readonly frames: number;
  readonly draws: ClipDraws;
  readonly layers: readonly Layer[];
  /** From each layer's coordinates to the picture, at a time in frames. */
  mapsAt(t: number): readonly Similarity[];
}

/** Of a motion that leaves them out. */
const AT_REST = { x: 0, y: 0, angle: 0, scale: 1, gap: 0 };

/** How far the first half reaches beneath the second, so that the ground does not shine through where they meet. */
const OVERLAP = 0.02;

const OCCLUDED_SHARE = 0.25;

/**
 * Scene `clip` of seed `seed`; classes take turns. Besides its motion the thing drifts, turns and grows a little, at one speed.
 *
 * @param frames of the clip: a motion that goes one way fills the same part of more frames, an oscillation keeps its rate
 */
export function createScene(seed: number, clip: number, frames: number): Scene {
  const draws = clipDraws(seed, clip);
  const label = clip % MOTION_CLASSES.length;
  const motion = drawMotion(MOTION_CLASSES[label]!, draws('motion'), frames);
  const rest = drawRest(draws, frames);
  const outline = drawOutline(draws('outline'));
  const direction = draws('seam').between(0, 2 * Math.PI);
  const seam = { x: Math.cos(direction), y: Math.sin(direction) };
  const camera = drawCamera(draws('camera'), frames);
  const passing = draws('occluder');
  const occluder = passing.chance(OCCLUDED_SHARE) ? drawOccluder(passing, frames) : undefined;

  const mapsAt = (t: number) => {
    const pose = { ...AT_REST, ...motion(t) };
    const ground = camera(t);
    const thing = compose(compose(ground, rest(t)), similarity(pose, pose.angle, pose.scale));
    const half = (side: -1 | 1) =>
      compose(thing, similarity({ x: (side * seam.x * pose.gap) / 2, y: (side * seam.y * pose.gap) / 2 }, 0, 1));
    return [ground, half(-1), half(1), ...(occluder ? [occluder.at(t)] : [])];
  };
  const { radius } = outline;
  const across = (x: number, y: number) => x * seam.x + y * seam.y;
  const bounds = corners(outline);
  const layers: Layer[] = [
    { radius: Number.POSITIVE_INFINITY, depth: () => Number.POSITIVE_INFINITY },
    {
      radius,
      depth: (x, y) => Math.min(depth(outline, x, y), OVERLAP - across(x, y)),
      contour: clipPolygon(bounds, ({ x, y }) => OVERLAP - across(x, y)),
    },
    {
      radius,
      depth: (x, y) => Math.min(depth(outline, x, y), across(x, y)),
      contour: clipPolygon(bounds, ({ x, y }) => across(x, y)),
    },
    ...(occluder ? [{ radius: Number.POSITIVE_INFINITY, depth: occluder.depth }] : []),
  ];
  return { label, frames, draws, layers, mapsAt };
}

function drawRest(draws: ClipDraws, frames: number): (t: number) => Similarity {
  const { between } = draws('rest');
  const centre = { x: between(-0.3, 0.3), y: between(-0.3, 0.3) };
  const speed = () => between(-1, 1) / (frames - 1);
  const [dx, dy, turn, growth] = [0.07 * speed(), 0.07 * speed(), 0.07 * speed(), 0.05 * speed()];
  return (t) => similarity({ x: centre.x + dx * t, y: centre.y + dy * t }, turn * t, Math.exp(growth * t));
}

/** The layer that is seen at a place of the picture. @param maps `scene.mapsAt` of the moment */
export function layerAt({ layers }: Scene, maps: readonly Similarity[], place: Place): number {
  return layers.findLastIndex(({ depth }, layer) => {
    const { x, y } = apply(invert(maps[layer]!), place);
    return depth(x, y) > 0;
  });
}
