/** Readers of tracks in formats of others, from bytes: these run in a browser too. */
export { AXES, type Axes } from './axes.ts';
export { centreClips, fromPixels } from './coordinates.ts';
export { readCsv } from './csv.ts';
export { readF32 } from './f32.ts';
export { readNpy, readNpz } from './numpy.ts';
export type { ReadOptions } from './options.ts';
export { readUea } from './uea.ts';
export { splitValidation } from './validation.ts';
