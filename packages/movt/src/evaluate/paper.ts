import { Plot } from '../plot.ts';

/** Style of a picture that stands alone: legible in any viewer, light or dark. */
export const PAPER = { background: 'white', color: 'black' };
export const GREY = '#8a8f98';
export const BLUE = '#2f6fd6';
export const RED = '#d1495b';

/** A line above the frame, to the right: the axis has its name at the left. */
export const heading = (text: string) => Plot.text([text], { frameAnchor: 'top-right', dy: -22, fontSize: 12 });
