import { escapeHtml } from './page.ts';

/** A bar of a lane; milliseconds from the left edge. */
export interface TimelineBar {
  readonly label: string;
  readonly start: number;
  readonly end: number;
  /** Bars of one kind share a colour; without a kind a bar is only an outline: time in which that lane waits. */
  readonly kind?: string;
}

export interface TimelineLane {
  readonly name: string;
  readonly bars: readonly TimelineBar[];
}

const WIDTH = 1100;
const LEFT = 48;
const LANE = 40;
const GAP = 14;
const TOP = 8;
/** Of the 11-pixel font, on the safe side. */
const CHARACTER = 6.4;
/** Light enough for dark letters, on light pages and on dark ones. */
const COLOURS = ['#b8b8b8', '#66c2a5', '#fc8d62', '#8da0cb', '#e78ac3', '#a6d854', '#ffd92f', '#e5c494'];

/** Draws lanes over one axis in milliseconds, as an SVG document; names stand in bars that are wide enough, and in every tooltip. */
export function renderTimeline(lanes: readonly TimelineLane[], lengthMs: number): string {
  const kinds = [...new Set(lanes.flatMap(({ bars }) => bars.flatMap(({ kind }) => kind ?? [])))];
  const colour = (kind: string) => COLOURS[kinds.indexOf(kind) % COLOURS.length];
  const scale = (WIDTH - LEFT - 12) / lengthMs;
  const x = (ms: number) => LEFT + ms * scale;
  const bottom = TOP + lanes.length * (LANE + GAP);

  const drawBar = ({ label, start, end, kind }: TimelineBar, y: number) => {
    const length = (end - start) * scale;
    // A hair of daylight tells neighbours of one colour apart; what is too short for that is still seen.
    const width = length > 3 ? length - 0.75 : Math.max(length, 0.75);
    const paint =
      kind === undefined ? 'fill="none" stroke="currentColor" stroke-opacity=".35"' : `fill="${colour(kind)}"`;
    const title = `${label}${kind === undefined || kind === label ? '' : ` (${kind})`}: ${show(end - start)} ms, from ${show(start)}`;
    const text = fitting(label, width);
    const letters = kind === undefined ? 'currentColor' : '#111';
    return (
      `<g><title>${escapeHtml(title)}</title>` +
      `<rect x="${x(start).toFixed(2)}" y="${y}" width="${width.toFixed(2)}" height="${LANE}" ${paint}/>` +
      (text &&
        `<text x="${(x(start) + width / 2).toFixed(2)}" y="${y + LANE / 2 + 4}" text-anchor="middle" fill="${letters}">${escapeHtml(text)}</text>`) +
      '</g>'
    );
  };
  const drawLane = ({ name, bars }: TimelineLane, i: number) => {
    const y = TOP + i * (LANE + GAP);
    return `<text x="0" y="${y + LANE / 2 + 4}" fill="currentColor">${escapeHtml(name)}</text>${bars.map((bar) => drawBar(bar, y)).join('')}`;
  };
  const axis = ticks(lengthMs)
    .map(
      (ms) =>
        `<line x1="${x(ms).toFixed(2)}" x2="${x(ms).toFixed(2)}" y1="${TOP}" y2="${bottom}" stroke="currentColor" stroke-opacity=".15"/>` +
        `<text x="${x(ms).toFixed(2)}" y="${bottom + 14}" text-anchor="middle" fill="currentColor">${show(ms)}</text>`,
    )
    .join('');
  let at = LEFT;
  let line = bottom + 40;
  const legend = kinds
    .map((kind) => {
      const needed = 22 + kind.length * CHARACTER + 16;
      if (at + needed > WIDTH) [at, line] = [LEFT, line + 20];
      const drawn =
        `<rect x="${at}" y="${line - 10}" width="12" height="12" fill="${colour(kind)}"/>` +
        `<text x="${at + 18}" y="${line}" fill="currentColor">${escapeHtml(kind)}</text>`;
      at += needed;
      return drawn;
    })
    .join('');
  const height = line + 12;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="11" role="img">` +
    `${axis}<text x="0" y="${bottom + 14}" fill="currentColor">ms</text>${lanes.map(drawLane).join('')}${legend}</svg>`
  );
}

/** The label, or the end of it that says most (`layers.0`), where it fits; else nothing. */
function fitting(label: string, width: number): string {
  const room = Math.floor((width - 6) / CHARACTER);
  const parts = label.split('.');
  for (let from = 0; from < parts.length; from++) {
    const text = parts.slice(from).join('.');
    if (text.length <= room) return text;
  }
  return '';
}

/** About ten steps of 1, 2 or 5 times a power of ten. */
function ticks(lengthMs: number): number[] {
  const rough = lengthMs / 10;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough)!;
  return Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, i) => i * step);
}

const show = (ms: number) => String(Number(ms.toPrecision(4)));
