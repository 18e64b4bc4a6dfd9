import { useSignal } from '@preact/signals';
import { PAPER_POINTS } from 'movt/paper';
import { Choice } from './choice.tsx';
import type { Counts } from './counts.ts';
import { short } from './format.ts';
import { SeriesKeys } from './mark.tsx';
import { TradeOff } from './trade-off.tsx';

const DATASETS = [...new Set(PAPER_POINTS.map(({ dataset }) => dataset))];
const SERIES = [...new Set(PAPER_POINTS.map(({ series }) => series))];

/** Accuracy over cost as the paper prints it, and what this page's model costs by the same count. */
export function PaperPareto({ counts }: { counts: Counts | null }) {
  const dataset = useSignal(DATASETS[0]!);
  const points = PAPER_POINTS.filter((point) => point.dataset === dataset.value).map(
    ({ series, label, thopG, top1 }) => ({ series, label, cost: thopG, top1, sd: null }),
  );
  return (
    <section class="panel" aria-labelledby="paper">
      <div class="heading">
        <h2 id="paper">Accuracy for cost, by the paper</h2>
        <Choice name="dataset" legend="Data set of the paper" options={DATASETS} chosen={dataset} />
      </div>
      <p class="muted">
        <b>{dataset.value}</b>: real videos, as printed (arXiv 2602.14705). Other clips, larger models and another way
        of counting than in our plot: compare shapes, not heights.
      </p>
      <TradeOff
        about={`The paper’s figures on ${dataset.value}: top-1 over 10⁹ operations of ${points.length} models`}
        points={points}
        range={[0.02, 60]}
        costs={{ axis: '10⁹ operations as thop counts, model alone', unit: 'G' }}
        more={({ x, top, bottom }) =>
          counts && (
            <g>
              <line x1={x(counts.thop)} x2={x(counts.thop)} y1={top} y2={bottom} class="ours dashed" />
              <text x={x(counts.thop) + 7} y={bottom - 8} class="strong">
                this page’s model, {short(counts.thop)} G
              </text>
            </g>
          )
        }
      >
        <SeriesKeys all={SERIES} />
      </TradeOff>
    </section>
  );
}
