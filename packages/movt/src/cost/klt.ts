import { listPlan, POINT_SIZE } from '@movt/kernels';
import { kltMemory, recordKltFrame } from '@movt/tracker/klt';
import { checkSizes } from './check-sizes.ts';
import { type Cost, costOfOperations, repeated, workOf } from './operation.ts';

/** What is tracked: points through the frames of a video. */
export interface TrackingSize {
  readonly frames: number;
  readonly points: number;
  /** Of a frame, in pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * What our Lucas–Kanade tracker costs, from the dispatches that it makes for each frame. How many steps a search takes depends on the pictures:
 * counted with five. It has no parameters, and nothing that thop would see.
 * @throws MovtError bad_input for sizes that are none
 */
export function kltCost(size: TrackingSize): Cost {
  checkSizes('counting KLT', size);
  const { frames, points, width, height } = size;
  const memory = kltMemory(width, height, points);
  const plan = listPlan('KLT');
  const places = plan.input('points', points * POINT_SIZE);
  recordKltFrame(plan, memory, 0, {
    images: plan.input('images', memory.length),
    queries: plan.input('queries', points * 2),
    points: [places, plan.tensor('moved points', points * POINT_SIZE)],
  });
  const nothing = { parameters: 0, thop: { macs: 0, parameters: 0 } };
  return costOfOperations(
    plan.dispatches.map(({ label, kernel, problem }) =>
      repeated({ ...workOf(label, kernel, problem), ...nothing }, frames),
    ),
  );
}
