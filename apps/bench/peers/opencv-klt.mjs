// OpenCV's pyramidal Lucas–Kanade in WebAssembly (OpenCV.js), from frame to frame, for `bench tracker --peers`: the same three
// operations as in serve.mjs, with other contents.
//
//   { op: 'load' }                                → { version, adapter }
//   { op: 'prepare', width, height, queries }     → {}
//   { op: 'run', rgba }                           → { points, ms }
//
// `queries` is a list of { frame, x, y }, `rgba` the next frame [height,width,4], `points` [N,3] x, y in pixels and occluded;
// `ms` goes from the frame in this process's memory to the points.

import opencv from '@techstark/opencv-js';
import { servePeer } from './serve.mjs';
import { installedVersion } from './version.mjs';

// The window is ours, the rest OpenCV's defaults and those of its sample lk_track.py: four levels, and a point is lost for good
// when its way back ends a pixel or more from where it came from.
const WINDOW = 15;
const LEVELS = 4;
const MAX_FORWARD_BACKWARD = 1;

let cv, tracker;

servePeer({
  async load() {
    cv = await opencv; // OpenCV's own build for the web: its getBuildInformation() names neither SIMD nor threads
    return { version: installedVersion('@techstark/opencv-js'), adapter: 'CPU, wasm without SIMD, 1 thread' };
  },
  async prepare({ width, height, queries }) {
    tracker?.free();
    tracker = createTracker(width, height, queries);
    return {};
  },
  async run({ rgba }) {
    const started = performance.now();
    const points = tracker.next(rgba);
    return { points, ms: performance.now() - started };
  },
});

function createTracker(width, height, queries) {
  const colour = new cv.Mat(height, width, cv.CV_8UC4);
  let before = new cv.Mat(height, width, cv.CV_8UC1);
  let now = new cv.Mat(height, width, cv.CV_8UC1);
  const [start, found, back] = [new cv.Mat(), new cv.Mat(), new cv.Mat()];
  const [status, backStatus, error] = [new cv.Mat(), new cv.Mat(), new cv.Mat()];
  const window = new cv.Size(WINDOW, WINDOW);
  const criteria = new cv.TermCriteria(cv.TermCriteria_COUNT + cv.TermCriteria_EPS, 30, 0.01);
  const points = Float32Array.from(queries.flatMap(({ x, y }) => [x, y, 1]));
  let frame = -1;

  /** Moves the points whose query frame is past. */
  function follow() {
    const moving = [...queries.keys()].filter((n) => queries[n].frame < frame);
    if (moving.length === 0) return;
    start.create(moving.length, 1, cv.CV_32FC2);
    start.data32F.set(moving.flatMap((n) => [points[n * 3], points[n * 3 + 1]]));
    cv.calcOpticalFlowPyrLK(before, now, start, found, status, error, window, LEVELS - 1, criteria);
    cv.calcOpticalFlowPyrLK(now, before, found, back, backStatus, error, window, LEVELS - 1, criteria);
    const [from, to, returned] = [start.data32F, found.data32F, back.data32F];
    for (const [i, n] of moving.entries()) {
      const [x, y] = to.subarray(i * 2, i * 2 + 2);
      const missed = Math.hypot(returned[i * 2] - from[i * 2], returned[i * 2 + 1] - from[i * 2 + 1]);
      const isFound = status.data[i] && backStatus.data[i] && missed < MAX_FORWARD_BACKWARD;
      const isInside = x >= 0 && y >= 0 && x < width && y < height;
      points.set([x, y, isFound && isInside ? points[n * 3 + 2] : 1], n * 3);
    }
  }

  return {
    next(rgba) {
      frame++;
      [before, now] = [now, before];
      colour.data.set(rgba);
      cv.cvtColor(colour, now, cv.COLOR_RGBA2GRAY);
      follow();
      for (const [n, query] of queries.entries()) if (query.frame === frame) points[n * 3 + 2] = 0;
      return points.slice();
    },
    free() {
      for (const mat of [colour, before, now, start, found, back, status, backStatus, error]) mat.delete();
    },
  };
}
