import type { TrackSet } from '@movt/tracker/tracks';

/** Clips of any kind with what is known of them, as a TrackSet has it of tracks. */
export type ClipSet<Clip> = Omit<TrackSet, 'clips'> & { clips: Clip[] };
