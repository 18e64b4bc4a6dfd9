import { useSignal } from '@preact/signals';
import { PAPER_POINTS, type PaperPoint } from 'movt/paper';
import type { Counts } from './counts.ts';
import { short } from './format.ts';
import { frontOf } from './front.ts';
import { powersOfTen } from './ticks.ts';
import { useWidth } from './use-width.ts';

const DATASETS = [...new Set(PAPER_POINTS.map(({ dataset }) => dataset))];
const SERIES = ['MovT', 'VideoMAE', 'Late fusion'] as const;
const [LOW, HIGH] = [0.02, 60];
const HEIGHT = 300;
const MARGIN = { left: 34, right: 12, top: 12, bottom: 36 };

/** Accuracy over cost: the paper's figures, and what this page's model costs. */
export function Pareto({ counts }: { counts: Counts | null }) {
  const dataset = useSignal(DATASETS[0]!);
  return (
    <section class="panel" aria-labelledby="pareto">
      <div class="heading">
        <h2 id="pareto">Accuracy for cost</h2>
        <fieldset class="choice">
          <legend class="unseen">Data set of the paper</legend>
          {DATASETS.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="dataset"
                checked={dataset.value === name}
                onChange={() => (dataset.value = name)}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <p class="muted">
        The paper’s figures on {dataset.value} (arXiv 2602.14705), as printed. This page’s model was trained on another
        data set, motion-12: its cost can be compared, its height cannot.
      </p>
      <Plot points={PAPER_POINTS.filter((point) => point.dataset === dataset.value)} counts={counts} />
      <ul class="key">
        {SERIES.map((series) => (
          <li key={series}>
            <Mark series={series} x={7} y={7} alone />
            {series} <span class="muted">(paper)</span>
          </li>
        ))}
        {counts && (
          <li>
            <Mark series="this" x={7} y={7} alone />
            this model on motion-12
          </li>
        )}
      </ul>
    </section>
  );
}

function Plot({ points, counts }: { points: readonly PaperPoint[]; counts: Counts | null }) {
  const { element, width } = useWidth<HTMLDivElement>(480);
  const x = (cost: number) =>
    MARGIN.left + (Math.log(cost / LOW) / Math.log(HIGH / LOW)) * (width - MARGIN.left - MARGIN.right);
  const y = (share: number) => MARGIN.top + (1 - share) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const bottom = HEIGHT - MARGIN.bottom;
  const front = frontOf(points.map(({ thopG, top1 }) => ({ cost: thopG, accuracy: top1 })));
  const steps = front.map(({ cost, accuracy }, i) => `${i ? `H${x(cost)}V` : `M${x(cost)} `}${y(accuracy)}`).join('');
  const words = points
    .map(({ label, thopG, top1 }) => `${label}: ${(100 * top1).toFixed(1)} % for ${thopG} G`)
    .join('; ');
  return (
    <div ref={element} class="plot">
      <svg width={width} height={HEIGHT} role="img" aria-label={words}>
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <g key={share}>
            <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(share)} y2={y(share)} class="grid" />
            <text x={MARGIN.left - 6} y={y(share) + 4} text-anchor="end">
              {100 * share}
            </text>
          </g>
        ))}
        {powersOfTen(LOW, HIGH).map((power) => (
          <g key={power}>
            <line x1={x(power)} x2={x(power)} y1={MARGIN.top} y2={bottom} class="grid" />
            <text x={x(power)} y={bottom + 16} text-anchor="middle">
              {power}
            </text>
          </g>
        ))}
        <text x={width - MARGIN.right} y={HEIGHT - 4} text-anchor="end">
          10⁹ operations as the paper counts (thop), model alone
        </text>
        <path d={`${steps}H${width - MARGIN.right}`} class="front" />
        {points.map((point) => (
          <g key={point.label}>
            <title>{`${point.label}: ${(100 * point.top1).toFixed(2)} % for ${point.thopG} G`}</title>
            <Mark series={point.series} x={x(point.thopG)} y={y(point.top1)} />
          </g>
        ))}
        {counts && <Ours counts={counts} x={x(counts.thop)} y={y} bottom={bottom} />}
      </svg>
    </div>
  );
}

function Ours({
  counts: { thop, top1 },
  x,
  y,
  bottom,
}: {
  counts: Counts;
  x: number;
  y: (share: number) => number;
  bottom: number;
}) {
  const cost = `${short(thop)} G`;
  return (
    <g>
      <title>{`this model: ${cost}${top1 === null ? '' : `, ${(100 * top1).toFixed(1)} % on motion-12, rendered and tracked`}`}</title>
      <line x1={x} x2={x} y1={MARGIN.top} y2={bottom} class="ours dashed" />
      {top1 !== null && <Mark series="this" x={x} y={y(top1)} />}
      <text x={x + 7} y={bottom - 8} class="strong">
        {cost}
      </text>
    </g>
  );
}

/** Series differ in form too, not in colour alone. */
function Mark({ series, x, y, alone }: { series: string; x: number; y: number; alone?: boolean }) {
  const r = 5;
  const mark =
    series === 'MovT' ? (
      <circle cx={x} cy={y} r={r} class="movt" />
    ) : series === 'VideoMAE' ? (
      <rect x={x - r} y={y - r} width={2 * r} height={2 * r} class="video" />
    ) : series === 'this' ? (
      <path d={`M${x} ${y - 7}l2 5 5 .4-4 3.3 1.3 5-4.3-2.8-4.3 2.8 1.3-5-4-3.3 5-.4z`} class="this" />
    ) : (
      <path d={`M${x} ${y - 6.5}l6 11h-12z`} class="fusion" />
    );
  return alone ? (
    <svg class="swatch" viewBox="0 0 14 14" aria-hidden="true">
      {mark}
    </svg>
  ) : (
    mark
  );
}
