/** A function's value where it is, and its gradient there. */
export interface ValueAndGradient {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface Minimum {
  readonly at: Float64Array;
  readonly value: number;
  /** The largest of the gradient's elements. */
  readonly slope: number;
}

/** Pairs of steps that curvature is known by. */
const MEMORY = 10;
const MOST_STEPS = 1000;
/** Share of the decrease that the slope promises which a step must bring (Armijo's condition). */
const SUFFICIENT = 1e-4;

/**
 * The minimum of a smooth convex function by L-BFGS (Liu and Nocedal, "On the limited memory BFGS method for large scale
 * optimization", 1989), with steps halved until they descend enough. It ends where no element of the gradient is above
 * `tolerance`, where no step descends any more (rounding), or after 1,000 steps.
 */
export function minimise(
  evaluate: (at: Float64Array) => ValueAndGradient,
  start: Float64Array,
  tolerance: number,
): Minimum {
  let at = start;
  let now = evaluate(at);
  const memory: { step: Float64Array; change: Float64Array; curvature: number }[] = [];
  for (let steps = 0; steps < MOST_STEPS && largest(now.gradient) > tolerance; steps++) {
    const direction = descent(now.gradient, memory);
    const slope = dot(now.gradient, direction);
    let length = memory.length > 0 ? 1 : 1 / Math.sqrt(dot(now.gradient, now.gradient));
    let next = at;
    let found: ValueAndGradient | null = null;
    while (!found && length > Number.EPSILON) {
      next = at.map((value, i) => value + length * direction[i]);
      const there = evaluate(next);
      if (there.value <= now.value + SUFFICIENT * length * slope) found = there;
      else length /= 2;
    }
    if (!found) break;
    const step = next.map((value, i) => value - at[i]);
    const change = found.gradient.map((value, i) => value - now.gradient[i]);
    const curvature = dot(step, change);
    if (curvature > 0) memory.push({ step, change, curvature });
    if (memory.length > MEMORY) memory.shift();
    [at, now] = [next, found];
  }
  return { at, value: now.value, slope: largest(now.gradient) };
}

/** The two-loop recursion: minus the inverse Hessian, as far as it is known, times the gradient. */
function descent(
  gradient: Float64Array,
  memory: readonly { step: Float64Array; change: Float64Array; curvature: number }[],
): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares: number[] = [];
  for (const { step, change, curvature } of [...memory].reverse()) {
    const share = dot(step, direction) / curvature;
    add(direction, change, -share);
    shares.push(share);
  }
  const last = memory.at(-1);
  const scale = last ? last.curvature / dot(last.change, last.change) : 1;
  for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  for (const { step, change, curvature } of memory) {
    add(direction, step, shares.pop()! - dot(change, direction) / curvature);
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function add(to: Float64Array, values: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i] += times * values[i];
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
