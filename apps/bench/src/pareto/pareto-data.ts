import type { Tracks } from '@movt/tracker/tracks';
import type { StudyData } from '../study/data.ts';

/** The same clips as each kind of model takes them, clip by clip. */
export interface ParetoData {
  readonly tracks: StudyData<Tracks>;
  readonly pixels: StudyData<PixelClip>;
  readonly videos: StudyData<VideoClip>;
  /** What it took to get from files to tracks. */
  readonly cost: VideoCost;
}
