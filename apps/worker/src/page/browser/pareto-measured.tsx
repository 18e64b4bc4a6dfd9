import { useSignal } from '@preact/signals';
import { MEASURED_ON, MEASURED_POINTS, TRACKING_MMAC } from 'movt/motion-12/measured';
import { Choice } from './choice.tsx';
import type { Counts } from './counts.ts';
import { short } from './format.ts';
import { Key, Mark, SeriesKeys } from './mark.tsx';
import { isDone, where } from './state.ts';
import { type Scale, TradeOff, type TradeOffPoint } from './trade-off.tsx';

const SCOPES = ['model alone', 'with tracking'] as const;
type Scope = (typeof SCOPES)[number];
const SERIES = [...new Set(MEASURED_POINTS.map(({ series }) => series))];
const { train, test, seeds, chance, points: tracked } = MEASURED_ON;

/** Every measured model, with or without what it costs to make its tracks. */
export function measuredPoints(scope: Scope): TradeOffPoint[] {
  return MEASURED_POINTS.map(({ series, label, asked, mmac, tracked, top1, sd }) => ({
    series,
    label: asked === null ? label : `${label} for ${asked}`,
    cost: mmac + (scope === 'with tracking' && tracked ? TRACKING_MMAC : 0),
    top1,
    sd,
  }));
}

/** Accuracy over cost as we measured it, and where this page's model stands. */
export function MeasuredPareto({ counts }: { counts: Counts | null }) {
  const scope = useSignal<Scope>(SCOPES[0]);
  const points = measuredPoints(scope.value);
  const names = points
    .filter(({ series, label }) => series === 'MovT' && label.endsWith(', 16 frames'))
    .map(({ label, cost, top1 }) => ({ text: label.replace(/^movt-|,.*/g, ''), cost, top1 }));
  const ours = counts?.onMotion12 ?? null;
  const same = ours && sameNetwork(ours.mmac);
  const cost = ours && ours.mmac + (scope.value === 'with tracking' ? TRACKING_MMAC : 0);
  return (
    <section class="panel" aria-labelledby="measured">
      <div class="heading">
        <h2 id="measured">Accuracy for cost, measured by us</h2>
        <Choice name="scope" legend="What the cost is of" options={SCOPES} chosen={scope} />
      </div>
      <p class="muted">
        <b>motion-12</b>: twelve motions in rendered clips, {train} to learn from, {test} to be judged by, {tracked}{' '}
        points. Mean and standard deviation of {seeds} seeds; line: the best at each cost.
      </p>
      <TradeOff
        about={`Measured on motion-12: top-1 over 10⁶ multiply-accumulates of ${points.length} models, ${scope.value}`}
        points={points}
        range={[1, 1000]}
        costs={{ axis: '10⁶ multiply-accumulates a clip', unit: 'MMAC' }}
        names={names.map((name) => ({ ...name, before: scope.value === 'with tracking' }))}
        more={(scale) => (
          <>
            <Chance {...scale} />
            {ours && cost && (
              <g>
                <title>{`this page’s model: ${(100 * ours.top1).toFixed(1)} % for ${short(cost)} MMAC`}</title>
                <Mark series="this" x={scale.x(cost)} y={scale.y(ours.top1)} />
              </g>
            )}
          </>
        )}
      >
        {ours && (
          <Key series="this">
            {where.value.kind === 'here' && isDone.value ? 'the model that answered just now' : 'this page’s model'},{' '}
            {`${(100 * ours.top1).toFixed(1)}\u00a0%`}
            {same && <span class="muted"> (the network of {same}, taught and judged with other clips)</span>}
          </Key>
        )}
        <SeriesKeys all={SERIES} />
      </TradeOff>
    </section>
  );
}

/** A measured model that does the very same arithmetic; null where none does. */
export function sameNetwork(mmac: number): string | null {
  const same = MEASURED_POINTS.find((point) => point.series === 'MovT' && Math.abs(point.mmac - mmac) < 1e-6);
  return same ? same.label : null;
}

function Chance({ y, right }: Scale) {
  return (
    <g>
      <line x1={34} x2={right} y1={y(chance)} y2={y(chance)} class="chance" />
      <text x={right} y={y(chance) - 6} text-anchor="end">
        guessing
      </text>
    </g>
  );
}
