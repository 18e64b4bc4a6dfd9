import type { Series } from '../experiment/series.ts';

/**
 * How each kind of model is drawn: a colour of at least 3:1 against white and against a dark page, and a shape, so that colour
 * alone tells nothing. `glyph` is the shape as a character.
 */
export const LOOK: Record<Series, { colour: string; symbol: string; glyph: string }> = {
  MovT: { colour: '#2f81d6', symbol: 'circle', glyph: '●' },
  PixT: { colour: '#c2620a', symbol: 'square', glyph: '■' },
  VideoMAE: { colour: '#0d8f7c', symbol: 'triangle', glyph: '▲' },
  'Late fusion': { colour: '#a855f7', symbol: 'diamond', glyph: '◆' },
  Cascade: { colour: '#d1436b', symbol: 'star', glyph: '★' },
  'Cross-attention': { colour: '#7d7a2a', symbol: 'cross', glyph: '✚' },
};

/** `s-late-fusion`: the class of all that is drawn of a series. */
export const seriesClass = (series: string) => `s-${series.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
