/** The motions that motion-12 tells apart, by label: of one thing in the picture, relative to what is behind it. */
export const MOTION_CLASSES = [
  'still',
  'move left',
  'move right',
  'turn clockwise',
  'turn anticlockwise',
  'zoom in',
  'zoom out',
  'wave',
  'shake',
  'nod',
  'part',
  'join',
] as const;

export type MotionClass = (typeof MOTION_CLASSES)[number];
