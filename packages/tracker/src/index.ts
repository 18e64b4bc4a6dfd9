// What a browser can load too. Files, videos and pictures on disk: ./frames, ./tracks-file, ./points-file and ./image.
export * from './metrics.ts';
export * from './points.ts';
export * from './track.ts';
export * from './track-set.ts';
export * from './tracks.ts';
