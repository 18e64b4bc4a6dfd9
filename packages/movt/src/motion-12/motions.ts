import type { MotionClass } from './classes.ts';
import type { Draws } from './draws.ts';
import type { Place } from './similarity.ts';

/** Where the thing is at a moment, relative to how it is drawn: lengths in half pictures, angles in radians. */
export interface Pose {
  /** Of its centre; y points down. */
  readonly x: number;
  readonly y: number;
  /** Clockwise. */
  readonly angle: number;
  readonly scale: number;
  /** Between its two halves. */
  readonly gap: number;
}

/** A pose as a function of time, in frames from 0; what it leaves out is at rest. */
export type Motion = (t: number) => Partial<Pose>;

const DEGREE = Math.PI / 180;

/**
 * Draws a motion of a class: its amplitude, speed, direction, phase, start and duration. Motions that go one way fill a part of the clip;
 * oscillations have a rate of their own, in frames, and go on to its end or stop before. Speeds stay below 0.1 half pictures a frame.
 *
 * @param frames of the clip
 */
export function drawMotion(kind: MotionClass, draws: Draws, frames: number): Motion {
  return MOTIONS[kind](draws, frames - 1);
}

const MOTIONS: Record<MotionClass, (draws: Draws, end: number) => Motion> = {
  still: () => () => ({}),
  'move left': (draws, end) => slide(draws, end, Math.PI),
  'move right': (draws, end) => slide(draws, end, 0),
  'turn clockwise': (draws, end) => turn(draws, end, 1),
  'turn anticlockwise': (draws, end) => turn(draws, end, -1),
  'zoom in': (draws, end) => zoom(draws, end, 1),
  'zoom out': (draws, end) => zoom(draws, end, -1),
  wave,
  shake: (draws, end) => oscillate(draws, end, 0, 8),
  nod: (draws, end) => oscillate(draws, end, 90 * DEGREE, 14),
  part: (draws, end) => gape(draws, end, 1),
  join: (draws, end) => gape(draws, end, -1),
};

/** From one place to another, the way's middle at the centre. */
function slide(draws: Draws, end: number, direction: number): Motion {
  const way = polar(draws.between(0.35, 0.9), direction + draws.between(-30, 30) * DEGREE);
  const progress = drawProgress(draws, end);
  return (t) => ({ x: way.x * (progress(t) - 0.5), y: way.y * (progress(t) - 0.5) });
}

function turn(draws: Draws, end: number, sign: number): Motion {
  const angle = sign * draws.between(40, 120) * DEGREE;
  const progress = drawProgress(draws, end);
  return (t) => ({ angle: angle * progress(t) });
}

/** Scale changes by equal factors in equal times, as of what comes closer, and is 1 halfway. */
function zoom(draws: Draws, end: number, sign: number): Motion {
  const growth = sign * Math.log(draws.between(1.4, 2.1));
  const progress = drawProgress(draws, end);
  return (t) => ({ scale: Math.exp(growth * (progress(t) - 0.5)) });
}

/** To and fro about a pivot below, like a hand. */
function wave(draws: Draws, end: number): Motion {
  const pivot = polar(draws.between(0.5, 1), draws.between(50, 130) * DEGREE);
  const swing = drawOscillation(draws, end, draws.between(12, 22), draws.between(0.045, 0.1));
  return (t) => {
    const angle = swing(t);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return {
      angle,
      x: pivot.x - cos * pivot.x + sin * pivot.y,
      y: pivot.y - sin * pivot.x - cos * pivot.y,
    };
  };
}

/** To and fro along a line. */
function oscillate(draws: Draws, end: number, direction: number, longestPeriod: number): Motion {
  const { x, y } = polar(1, direction + draws.between(-20, 20) * DEGREE);
  const offset = drawOscillation(draws, end, draws.between(4.5, longestPeriod), draws.between(0.04, 0.085));
  return (t) => ({ x: x * offset(t), y: y * offset(t) });
}

/** The two halves go apart, or the same backwards in time. */
function gape(draws: Draws, end: number, sign: number): Motion {
  const [narrow, wide] = [draws.between(0, 0.06), draws.between(0.35, 0.8)];
  const progress = drawProgress(draws, end);
  return (t) => {
    const open = sign > 0 ? progress(t) : 1 - progress(t);
    return { gap: narrow + (wide - narrow) * open };
  };
}

/** From 0 to 1 over a part of the clip: at one speed, or starting and stopping softly, or between. */
function drawProgress(draws: Draws, end: number): (t: number) => number {
  const duration = draws.between(0.5, 1) * end;
  const start = draws.between(0, end - duration);
  const softness = draws.between(0, 1);
  return (t) => {
    const p = Math.min(1, Math.max(0, (t - start) / duration));
    return p + softness * (p * p * (3 - 2 * p) - p);
  };
}

/**
 * A sine that swells within half a period, and may fade so again before the clip ends; at least three periods, or the whole of a clip
 * too short for them.
 *
 * @param speed the greatest, a frame
 */
function drawOscillation(draws: Draws, end: number, period: number, speed: number): (t: number) => number {
  const amplitude = (speed * period) / (2 * Math.PI);
  const duration = Math.max(draws.between(0.6, 1) * end, Math.min(3 * period, end));
  const start = draws.between(0, end - duration);
  const stops = draws.chance(0.5) ? start + duration : Number.POSITIVE_INFINITY;
  const phase = draws.between(0, 2 * Math.PI);
  const swell = (time: number) => Math.min(1, Math.max(0, (2 * time) / period));
  return (t) =>
    amplitude * swell(t - start) * swell(stops - t) * Math.sin((2 * Math.PI * (t - start)) / period + phase);
}

function polar(length: number, angle: number): Place {
  return { x: length * Math.cos(angle), y: length * Math.sin(angle) };
}
