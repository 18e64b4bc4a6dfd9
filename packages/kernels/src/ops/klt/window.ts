/**
 * What the tracker looks at and how it decides, shared by the kernel and its reference. Chosen by trying on real video, and on it with
 * every query moved by a pixel; lengths are in pixels.
 */

/** A window is 15 × 15 pixels at every level. */
export const RADIUS = 7;

/** Standard deviation of the Gaussian weight: what lies near the point decides, the corners hardly count. */
export const SIGMA = 0.4 * RADIUS;

/** A window is at rest when a step is shorter than this; it gives up after so many steps. */
export const STEP_TOLERANCE = 0.02;
export const MAX_STEPS = 10;

/** Squared grey levels (of 256) a pixel: with a smaller least eigenvalue the matrix counts as singular. */
export const MIN_EIGENVALUE = 0.05;

/** A point whose way back ends farther from where it came from is lost. */
export const MAX_FORWARD_BACKWARD = 2;

/** A point is lost when its window correlates less than this with the one that it was found by … */
export const FLOW_CORRELATION = 0.5;

/** … and recognised when it correlates with its query patch better than this … */
export const QUERY_CORRELATION = 0.8;

/** … no farther from where the flow took it. */
export const MAX_CORRECTION = 8;

/** A patch holds the window, one more pixel on each side for the derivatives, and one for the fraction of a pixel. */
export const PATCH_MARGIN = RADIUS + 1;
export const PATCH_SIDE = 2 * PATCH_MARGIN + 2;

/** Sum of the unnormalised Gaussian weights along one axis of a window. */
export function gaussianSum(): number {
  let sum = 0;
  for (let i = -RADIUS; i <= RADIUS; i++) sum += Math.exp(-0.5 * (i / SIGMA) ** 2);
  return sum;
}
