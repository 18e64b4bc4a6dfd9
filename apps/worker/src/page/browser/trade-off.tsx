import type { ComponentChildren } from 'preact';
import { frontOf } from './front.ts';
import { Mark } from './mark.tsx';
import { powersOfTen } from './ticks.ts';
import { useWidth } from './use-width.ts';

/** A model in a plot and its table. */
export interface TradeOffPoint {
  readonly series: string;
  readonly label: string;
  readonly cost: number;
  /** Share. */
  readonly top1: number;
  /** Standard deviation of `top1`; null where unknown. */
  readonly sd: number | null;
}

/** A name beside a point, before it where there is no room above. */
export interface PointName {
  readonly text: string;
  readonly cost: number;
  readonly top1: number;
  readonly before: boolean;
}

/** Places in the plot. */
export interface Scale {
  x(cost: number): number;
  y(share: number): number;
  readonly top: number;
  readonly bottom: number;
  readonly right: number;
}

export interface TradeOffProps {
  /** What it shows, for those who do not see it. */
  readonly about: string;
  readonly points: readonly TradeOffPoint[];
  readonly range: readonly [low: number, high: number];
  readonly costs: { readonly axis: string; readonly unit: string };
  readonly names?: readonly PointName[];
  /** Further marks. */
  readonly more?: (scale: Scale) => ComponentChildren;
  /** What the marks mean. */
  readonly children: ComponentChildren;
}

const HEIGHT = 320;
const MARGIN = { left: 34, right: 16, top: 26, bottom: 38 };

const percents = ({ top1, sd }: TradeOffPoint) =>
  `${(100 * top1).toFixed(1)}${sd === null ? '' : ` ± ${(100 * sd).toFixed(1)}`}`;
const digits = (cost: number) => `${Number(cost.toPrecision(3))}`;

/** Top-1 over cost, with the front: at each cost the best that any has for it; and the same as a table. */
export function TradeOff({
  about,
  points,
  range: [low, high],
  costs: { axis, unit },
  names = [],
  more,
  children,
}: TradeOffProps) {
  const { element, width } = useWidth<HTMLDivElement>(480);
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, HEIGHT - MARGIN.bottom];
  const x = (cost: number) => left + (Math.log(cost / low) / Math.log(high / low)) * (right - left);
  const y = (share: number) => bottom - share * (bottom - top);
  const front = frontOf(points.map(({ cost, top1 }) => ({ cost, accuracy: top1 })));
  const steps = front.map(({ cost, accuracy }, i) => `${i ? `H${x(cost)}V` : `M${x(cost)} `}${y(accuracy)}`).join('');
  return (
    <div ref={element} class="plot">
      <svg width={width} height={HEIGHT} role="img" aria-label={`${about}; the table below has its figures`}>
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <g key={share}>
            <line x1={left} x2={right} y1={y(share)} y2={y(share)} class="grid" />
            <text x={left - 6} y={y(share) + 4} text-anchor="end">
              {100 * share}
            </text>
          </g>
        ))}
        {powersOfTen(low, high).map((power) => (
          <g key={power}>
            <line x1={x(power)} x2={x(power)} y1={top} y2={bottom} class="grid" />
            <text x={x(power)} y={bottom + 16} text-anchor="middle">
              {power}
            </text>
          </g>
        ))}
        <text x={0} y={12}>
          top-1, % of clips
        </text>
        <text x={right} y={HEIGHT - 4} text-anchor="end">
          {axis}
        </text>
        <path d={`${steps}H${right}`} class="front" />
        {points.map(
          ({ cost, top1, sd }) => sd !== null && <Deviation x={x(cost)} low={y(top1 - sd)} high={y(top1 + sd)} />,
        )}
        {points.map((point) => (
          <g key={`${point.label} ${point.cost}`}>
            <title>{`${point.label}: ${percents(point)} % for ${digits(point.cost)} ${unit}`}</title>
            <Mark series={point.series} x={x(point.cost)} y={y(point.top1)} />
          </g>
        ))}
        {names.map(({ text, cost, top1, before }) => (
          <text
            key={text}
            x={x(cost) - (before ? 9 : 0)}
            y={y(top1) + (before ? 4 : -11)}
            text-anchor={before ? 'end' : 'middle'}
          >
            {text}
          </text>
        ))}
        {more?.({ x, y, top, bottom, right })}
      </svg>
      <ul class="key">{children}</ul>
      <details>
        <summary>Figures</summary>
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">model</th>
              <th scope="col">{unit}</th>
              <th scope="col">top-1, %</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={`${point.label} ${point.cost}`}>
                <th scope="row">{point.label}</th>
                <td>{digits(point.cost)}</td>
                <td>{percents(point)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}

function Deviation({ x, low, high }: { x: number; low: number; high: number }) {
  return <path d={`M${x} ${low}V${high}M${x - 3} ${low}h6M${x - 3} ${high}h6`} class="deviation" />;
}
