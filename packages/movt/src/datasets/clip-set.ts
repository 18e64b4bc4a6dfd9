import type { TrackSet, Tracks } from '@movt/tracker/tracks';
import type { PixelClip } from '../pixt/clip.ts';
import type { VideoClip } from '../videomae/clip.ts';

/** Clips of any kind with what is known of them, as a TrackSet has it of tracks. */
export type ClipSet<Clip> = Omit<TrackSet, 'clips'> & { clips: Clip[] };

/** A clip as MovT, PixT or VideoMAE takes it. */
export type AnyClip = Tracks | PixelClip | VideoClip;
