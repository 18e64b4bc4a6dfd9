import { PAPER } from './picture-style.ts';

/**
 * Panels of one size, one above the other, as one SVG document.
 *
 * @param panels SVG documents, each `width` × `height` pixels
 */
export function stackPanels(panels: readonly string[], width: number, height: number): string {
  const stacked = panels.map((panel, i) => panel.replace('<svg ', `<svg y="${i * height}" `));
  const all = panels.length * height;
  const size = `width="${width}" height="${all}" viewBox="0 0 ${width} ${all}"`;
  const paper = `<rect width="100%" height="100%" fill="${PAPER.background}"/>`; // of an inner <svg> a background is not drawn
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${paper}${stacked.join('')}</svg>\n`;
}
