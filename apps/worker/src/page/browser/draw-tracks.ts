import { blueToRed } from 'movt/blue-to-red';
import type { KnownTracks } from './state.ts';

/** What is drawn of a clip at one moment. */
export interface TrackDrawing {
  readonly picture: ImageBitmap | null;
  /** Of the clip, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly tracks: KnownTracks | null;
  /** Tracks are drawn up to it. */
  readonly frame: number;
  /** Frames of the clip: the last is red. */
  readonly T: number;
  /** [N] where tracks are coloured by it; null for time. */
  readonly importance: ArrayLike<number> | null;
}

const GREY = 'rgb(170 170 170 / .3)';
/** Of the picture, so that tracks stand out. */
const BRIGHTNESS = 0.62;

/** Draws a frame and the tracks up to it, each a line from blue (the beginning, or of no importance) to red; a hidden point's is thin and grey. */
export function drawTracks(context: CanvasRenderingContext2D, drawing: TrackDrawing): void {
  const { picture, width, height, tracks, frame, T, importance } = drawing;
  const { width: columns, height: rows } = context.canvas;
  context.fillStyle = '#000';
  context.fillRect(0, 0, columns, rows);
  if (picture) {
    context.globalAlpha = BRIGHTNESS;
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, columns, rows);
    context.globalAlpha = 1;
  }
  if (!tracks) return;
  const [sx, sy] = [columns / width, rows / height];
  const thick = Math.max(1.5, Math.max(columns, rows) / 420);
  const last = Math.min(frame, tracks.T - 1);
  const at = (t: number, n: number) => (t * tracks.N + n) * 3;
  const { pixels } = tracks;
  context.lineCap = 'round';
  // The more important lie on top.
  const order = Array.from({ length: tracks.N }, (_, n) => n);
  if (importance) order.sort((a, b) => importance[a]! - importance[b]!);

  const step = (t: number, n: number) => {
    const [from, to] = [at(t - 1, n), at(t, n)];
    const hidden = pixels[from + 2] === 1 || pixels[to + 2] === 1;
    context.strokeStyle = hidden ? GREY : rgb(importance ? importance[n]! : t / Math.max(1, T - 1));
    context.lineWidth = hidden ? thick / 2 : importance ? thick * (0.5 + importance[n]!) : thick;
    context.beginPath();
    // Whole numbers are pixel centres.
    context.moveTo((pixels[from]! + 0.5) * sx, (pixels[from + 1]! + 0.5) * sy);
    context.lineTo((pixels[to]! + 0.5) * sx, (pixels[to + 1]! + 0.5) * sy);
    context.stroke();
  };
  if (importance) for (const n of order) for (let t = 1; t <= last; t++) step(t, n);
  // Frame by frame, so that where tracks cross the later one lies on top.
  else for (let t = 1; t <= last; t++) for (const n of order) step(t, n);

  for (const n of order) {
    const i = at(last, n);
    if (pixels[i + 2] === 1) continue;
    const share = importance ? importance[n]! : last / Math.max(1, T - 1);
    context.beginPath();
    context.arc(
      (pixels[i]! + 0.5) * sx,
      (pixels[i + 1]! + 0.5) * sy,
      thick * (importance ? 1.1 + share : 1.5),
      0,
      2 * Math.PI,
    );
    context.fillStyle = rgb(share);
    context.fill();
    context.lineWidth = thick * 0.5;
    context.strokeStyle = 'rgb(255 255 255 / .9)';
    context.stroke();
  }
}

const rgb = (share: number) => `rgb(${blueToRed(share).map(Math.round).join(' ')})`;
