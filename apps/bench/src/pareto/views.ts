import { SERIES } from '../experiment/series.ts';
import { escapeHtml } from '../report/page.ts';
import { AXES, type Axis, axisKey, axisName, DEFAULT_AXIS, MEASURES, SCOPES } from './axes.ts';
import { frontSentence } from './findings.ts';
import { NARROW, paretoPlot, WIDE } from './plot.ts';
import type { Costs, ParetoReport } from './report.ts';
import { LOOK, seriesClass } from './series.ts';
import { frontTable } from './tables.ts';

/** The axis that the paper's figures are told on. */
const PAPER_AXIS: Axis = { measure: 'thop', scope: 'model' };
const PAPER_VIEW = 'paper';

/**
 * The trade-off on every axis, drawn beforehand, and switches between them: radio buttons and boxes that the style sheet alone
 * obeys, so the page needs no script. A browser that knows no `:has()` shows the default axis and no switches.
 */
export function tradeOff(report: ParetoReport): string {
  const views = AXES.map((axis) => view(report, axis, axisKey(axis)));
  const withPaper = report.paper.length > 0 ? [view(report, PAPER_AXIS, PAPER_VIEW)] : [];
  return `<section class="pareto" id="pareto">\n${switches(report)}\n${[...views, ...withPaper].join('\n')}\n</section>`;
}

function view(report: ParetoReport, axis: Axis, name: string): string {
  const paper = name === PAPER_VIEW ? report.paper : [];
  const initials = [...new Set(paper.map(({ dataset }) => dataset))].map((dataset) => `${dataset[0]} ${dataset}`);
  const remarks = [
    paper.length > 0 &&
      `Hollow and grey: what the paper prints, of other data (${initials.join(', ')}) and models of its own: shapes can be compared, heights cannot. None of it is in our front.`,
    axis.scope === 'tracker' &&
      axis.measure !== 'ms' &&
      report.points.every(({ cost }) => cost.tracker[axis.measure as keyof Costs] === 0) &&
      'By this convention the tracker costs nothing: it sees modules of PyTorch alone. MAC and FLOP count it.',
  ].filter((remark) => remark !== false);
  const isDefault = name === axisKey(DEFAULT_AXIS);
  return `<figure class="view ${name}${isDefault ? ' default' : ''}">
<figcaption><b>Top-1 against ${axisName(axis)}.</b> ${escapeHtml(frontSentence(report.points, axis))}</figcaption>
<div class="broad">${paretoPlot(report, axis, WIDE, paper)}</div>
<div class="narrow">${paretoPlot(report, axis, NARROW, paper)}</div>
${remarks.map((remark) => `<p class="quiet">${escapeHtml(remark)}</p>`).join('\n')}
${frontTable(report.points, axis)}
</figure>`;
}

function switches({ points, paper }: ParetoReport): string {
  const radio = (group: string, value: string, text: string, isChecked: boolean) =>
    `<label><input type="radio" name="${group}" id="${group}-${value}"${isChecked ? ' checked' : ''}> ${text}</label>`;
  const box = (id: string, text: string, isChecked: boolean) =>
    `<label><input type="checkbox" id="show-${id}"${isChecked ? ' checked' : ''}> ${text}</label>`;
  const measures = { thop: 'thop', mac: 'MAC', flop: 'FLOP', ms: 'ms, measured' };
  const scopes = { model: 'model', tracker: '+ tracker', decode: '+ tracker + decoding' };
  const shown = SERIES.filter((series) => points.some((point) => point.series === series));
  const paperBox = paper.length > 0 ? [box(PAPER_VIEW, 'the paper’s figures (other data)', false)] : [];
  return `<div class="switches">
<fieldset class="axis"><legend>Cost</legend>${MEASURES.map((measure) => radio('measure', measure, measures[measure], measure === DEFAULT_AXIS.measure)).join(' ')}</fieldset>
<fieldset class="axis"><legend>of</legend>${SCOPES.map((scope) => radio('scope', scope, scopes[scope], scope === DEFAULT_AXIS.scope)).join(' ')}</fieldset>
<fieldset><legend>Shown</legend>${[
    ...shown.map((series) =>
      box(
        seriesClass(series),
        `<span style="color:${LOOK[series].colour}">${LOOK[series].glyph}</span> ${series}`,
        true,
      ),
    ),
    ...paperBox,
  ].join(' ')}</fieldset>
<p class="quiet">Line: the front of all our points; outlined: on it. Bars: least to greatest seed. Numbers: rows of the table below.</p>
<p class="quiet no-decode">Decoding is measured only; no convention counts it: this is the picture of model + tracker.</p>
<p class="quiet no-paper">The paper’s figures are thop’s, of the model alone: choose “thop” and “model” to see them.</p>
</div>`;
}

const when = (...checked: string[]) => `.pareto${checked.map((id) => `:has(#${id}:checked)`).join('')}`;

/** Which view the switches show, and which series. */
function switchRules(): string[] {
  const counted = MEASURES.filter((measure) => measure !== 'ms');
  const shows = [
    ...AXES.map((axis) => `${when(`measure-${axis.measure}`, `scope-${axis.scope}`)} .view.${axisKey(axis)}`),
    ...counted.map((measure) => `${when(`measure-${measure}`, 'scope-decode')} .view.${measure}-tracker`),
  ];
  const onPaper = when(`measure-${PAPER_AXIS.measure}`, `scope-${PAPER_AXIS.scope}`, `show-${PAPER_VIEW}`);
  return [
    `${shows.join(',\n')} { display: block; }`,
    `${onPaper} .view.${PAPER_VIEW} { display: block; }`,
    `${onPaper} .view.${axisKey(PAPER_AXIS)} { display: none; }`,
    `${counted.map((measure) => `${when(`measure-${measure}`, 'scope-decode')} .no-decode`).join(', ')} { display: block; }`,
    `${when(`show-${PAPER_VIEW}`)} .no-paper { display: block; }`,
    `${onPaper} .no-paper { display: none; }`,
    ...SERIES.map(seriesClass).map((name) => `.pareto:has(#show-${name}:not(:checked)) .${name} { display: none; }`),
  ];
}

export const VIEW_STYLE = `
  .view, .no-decode, .no-paper, .switches input, .switches .axis { display: none; }
  .view.default { display: block; }
  .view { margin: 1rem 0; }
  .view .broad, .view .narrow { margin: .5rem 0; }
  .narrow { display: none; }
  .switches fieldset { border: 0; padding: 0; margin: .3rem 0; }
  .switches legend { float: left; min-width: 4rem; color: var(--quiet); padding: 0; }
  .switches label { display: inline-block; margin-right: .8rem; white-space: nowrap; }
  .switches p { margin: .3rem 0; }
  .pareto svg a { cursor: pointer; outline: none; }
  .pareto svg a:focus > *, .pareto svg a:hover > * { stroke: currentColor; stroke-width: 3; fill-opacity: 1; }
  .pareto { position: relative; }
  .tip { position: absolute; z-index: 2; max-width: 20rem; padding: .3rem .6rem; font-size: 13px; white-space: pre-line; pointer-events: none;
    background: Canvas; color: CanvasText; border: 1px solid GrayText; border-radius: 4px; }
  @supports selector(:has(*)) {
    .view.default { display: none; }
    .switches input { display: inline; } .switches .axis { display: block; }
    ${switchRules().join('\n    ')}
  }
  @media (max-width: 640px) { .broad { display: none; } .narrow { display: block; } }
  @media print { .switches input, .switches .axis, .tip, .switches .no-paper { display: none !important; } .switches label:has(input:not(:checked)) { display: none; } }
`;

/** With a script tooltips also come by keyboard (arrows go from point to point) and by touch; without one there are the browser's own. */
export const VIEW_SCRIPT = `
const pareto = document.getElementById('pareto');
const tip = pareto.appendChild(Object.assign(document.createElement('div'), { className: 'tip', hidden: true }));
const show = (link) => {
  tip.textContent = link.dataset.tip;
  tip.hidden = false;
  const at = link.getBoundingClientRect(), room = pareto.getBoundingClientRect();
  const left = at.left + at.width / 2 - tip.offsetWidth / 2 - room.left;
  tip.style.left = Math.max(0, Math.min(room.width - tip.offsetWidth, left)) + 'px';
  const above = at.top - tip.offsetHeight - 8;
  tip.style.top = (above < 0 ? at.bottom + 8 : above) - room.top + 'px';
};
for (const svg of pareto.querySelectorAll('svg')) {
  const links = [...svg.querySelectorAll('a')];
  for (const [i, link] of links.entries()) {
    const title = link.querySelector('title');
    link.dataset.tip = title.textContent;
    link.setAttribute('aria-label', title.textContent.replaceAll('\\n', ', '));
    link.setAttribute('tabindex', i ? -1 : 0);
    title.remove();
    link.onpointerenter = link.onfocus = () => show(link);
    link.onpointerleave = () => { tip.hidden = document.activeElement !== link; };
    link.onblur = () => { tip.hidden = true; };
    link.onclick = (event) => { if (event.pointerType === 'touch') event.preventDefault(), show(link); };
    link.onkeydown = (event) => {
      if (event.key === 'Escape') tip.hidden = true;
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const x = (one) => one.getBoundingClientRect().left;
      const seen = links.filter((one) => one.getClientRects().length).sort((a, b) => x(a) - x(b));
      const next = seen[(seen.indexOf(link) + step + seen.length) % seen.length];
      link.setAttribute('tabindex', -1);
      next.setAttribute('tabindex', 0);
      next.focus();
    };
  }
}
`;
