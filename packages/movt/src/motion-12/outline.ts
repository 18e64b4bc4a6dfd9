import type { Draws } from './draws.ts';
import type { Place } from './similarity.ts';

/** A shape around the origin: how far it reaches in each of so many equal directions, the first along x. */
export interface Outline {
  readonly reach: Float32Array;
  /** The largest of these. */
  readonly radius: number;
}

const DIRECTIONS = 256;

/** Radii beyond which the largest stands for the reach: nearer, its circle would be drawn with the outline, half a pixel wide. */
const FAR = 1.2;

/** Draws a lobed, more or less oblong shape. */
export function drawOutline(draws: Draws): Outline {
  const size = draws.between(0.32, 0.52);
  const oblong = Math.sqrt(draws.between(1, 2.2));
  const tilt = draws.between(0, Math.PI);
  const lobes = [2, 3, 4, 5].map((count) => ({
    count,
    height: draws.between(0, 0.36 / count),
    phase: draws.between(0, 2 * Math.PI),
  }));
  const reach = new Float32Array(DIRECTIONS).map((_, i) => {
    const angle = (2 * Math.PI * i) / DIRECTIONS;
    const ellipse = size / Math.hypot(Math.cos(angle - tilt) / oblong, Math.sin(angle - tilt) * oblong);
    return lobes.reduce((r, { count, height, phase }) => r * (1 + height * Math.cos(count * angle + phase)), ellipse);
  });
  return { reach, radius: Math.max(...reach) };
}

/** How far inside of the outline a place is, along the ray from the origin; negative outside. */
export function depth({ reach, radius }: Outline, x: number, y: number): number {
  const distance = Math.sqrt(x * x + y * y);
  if (distance >= FAR * radius) return radius - distance;
  const direction = Math.round((Math.atan2(y, x) / (2 * Math.PI)) * DIRECTIONS) & (DIRECTIONS - 1);
  return reach[direction]! - distance;
}

/** The outline as a polygon: of each direction, both ends of its arc and the middle. */
export function corners({ reach }: Outline): Place[] {
  return [...reach].flatMap((length, i) =>
    [-0.5, 0, 0.5].map((step) => {
      const angle = (2 * Math.PI * (i + step)) / DIRECTIONS;
      return { x: length * Math.cos(angle), y: length * Math.sin(angle) };
    }),
  );
}
