import { PAPER_CONTRADICTIONS } from 'movt/paper';
import { escapeHtml, renderPage } from '../report/page.ts';
import type { Axis } from './axes.ts';
import { COUNTING } from './counting.ts';
import { circumstances, frontSentence, randomness } from './findings.ts';
import { picturesOf } from './pictures.ts';
import type { Lesson, ParetoReport, Picture } from './report.ts';
import { cascadeTable, lowDataTable, PAPER_CASCADE_TEXT, perClassTable, pointsTable } from './tables.ts';
import { tradeOff, VIEW_SCRIPT, VIEW_STYLE } from './views.ts';

const STYLE = `${VIEW_STYLE}
  tr:target td { box-shadow: inset 0 2px #c2620a, inset 0 -2px #c2620a; }
  .points td:nth-child(2) { white-space: normal; min-width: 22rem; }
  .points b { position: relative; } .points b::after { content: "*"; position: absolute; }
  .points .group { text-align: center; border-left: 1px solid var(--line); }
  .lessons dt, .counting dt { font-weight: 600; margin-top: .8rem; }
  .lessons .holds { color: #0d8f7c; } .lessons .fails { color: #c2620a; }
  .pictures figure { margin: 1rem 0; }
  .pictures img { max-width: max(100%, 34rem); height: auto; }
  @media (min-width: 60rem) {
    .points td:nth-child(2), .points thead tr:last-child th:nth-child(2) { position: sticky; left: 0; background: Canvas; }
  }
  @media print {
    @page { size: A4 landscape; margin: 12mm; }
    body { margin: 0; max-width: none; font-size: 11px; }
    table { font-size: 8.5px; } th, td { padding: .1rem .3rem; }
    figure, tr, .lessons > div { break-inside: avoid; } h2 { break-after: avoid; }
    .wide { overflow: visible; }
    .pictures img { max-width: 100%; }
  }
`;

/** The axes whose fronts are told in words before anything is drawn: without the tracker, with it, and in time. */
const HEADLINES: readonly Axis[] = [
  { measure: 'mac', scope: 'model' },
  { measure: 'mac', scope: 'tracker' },
  { measure: 'ms', scope: 'decode' },
];

/** The report as one self-contained page: it can be read, printed and defended with nothing else at hand. */
export function paretoPage(report: ParetoReport): string {
  const { points, lessons, lowData, cascade, perClass, notes, paper } = report;
  const pictures = picturesOf(report);
  const remarks = [...randomness(report), ...(paper.length > 0 ? [PAPER_CONTRADICTIONS] : []), ...notes];
  const body = [
    ...circumstances(report).map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
    `<ul>${HEADLINES.map((axis) => `<li>${escapeHtml(frontSentence(points, axis))}`).join('\n')}</ul>`,
    `<p>Made by <code>${escapeHtml(report.command)}</code>. The same figures are in <code>report.json</code> and <code>report.csv</code>.</p>`,
    tradeOff(report),
    section('Every point', pointsTable(points), 'A star: on the front of that axis.'),
    lessons.length > 0 ? section('The paper’s three lessons, held against these figures', lessonList(lessons)) : '',
    lowData.length > 0
      ? section('Fewer training clips', lowDataTable(report), 'Change: points of top-1 against all training clips.')
      : '',
    cascade
      ? section(
          'Cascade',
          cascadeTable(cascade),
          `${cascade.small} answers where it is sure enough (probability ≥ τ), ${cascade.big} the rest: on the validation clips of all seeds, by which thresholds are chosen; ` +
            `what they come to on test clips stands among the points. ${PAPER_CASCADE_TEXT}`,
        )
      : '',
    perClass ? section('Class by class', perClassTable(perClass), 'Top-1 of the test clips of each class.') : '',
    pictures.length > 0 ? section('Pictures', `<div class="pictures">${pictures.map(figure).join('\n')}</div>`) : '',
    section('How cost is counted', countingList()),
    section('What is random, and what else to know', remarks.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')),
    `<script>${VIEW_SCRIPT}</script>`,
  ];
  return renderPage('Accuracy against cost', body.filter(Boolean).join('\n'), STYLE);
}

function section(title: string, content: string, remark = ''): string {
  const said = remark ? `<p class="quiet">${escapeHtml(remark)}</p>\n` : '';
  return `<h2>${escapeHtml(title)}</h2>\n${said}${content}`;
}

const MARKS = { holds: ['✓', 'holds'], 'does not hold': ['✗', 'fails'], 'not judged': ['–', 'quiet'] };

function lessonList(lessons: readonly Lesson[]): string {
  const entries = lessons.map(({ title, claim, verdict, evidence }) => {
    return `<div><dt>${escapeHtml(title)}<dd>${escapeHtml(claim)}<dd><b class="${MARKS[verdict][1]}">${MARKS[verdict][0]} ${verdict} here</b>: ${escapeHtml(evidence)}</div>`;
  });
  return `<dl class="lessons">${entries.join('\n')}</dl>`;
}

function countingList(): string {
  const entries = COUNTING.map(([term, meaning]) => `<dt>${escapeHtml(term)}<dd>${escapeHtml(meaning)}`);
  return `<dl class="counting">${entries.join('\n')}</dl>`;
}

/** As an image: styles, names and links of a picture stay its own. */
function figure({ title, svg, caption }: Picture): string {
  const source = svg.replace(/[%#<>"&\s]/g, (character) => (character === ' ' ? ' ' : encodeURIComponent(character)));
  return `<figure><figcaption><b>${escapeHtml(title)}.</b> ${escapeHtml(caption)}</figcaption>
<div class="wide"><img alt="${escapeHtml(title)}" src="data:image/svg+xml,${source}"></div></figure>`;
}
