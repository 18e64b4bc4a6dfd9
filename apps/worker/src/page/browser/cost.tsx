import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { CountedRow, Counts } from './counts.ts';
import { short } from './format.ts';
import { FRAMES } from './frames.ts';
import { MeasuredPareto } from './pareto-measured.tsx';
import { PaperPareto } from './pareto-paper.tsx';
import { clip, tracks } from './state.ts';
import { powersOfTen } from './ticks.ts';
import { useWidth } from './use-width.ts';

/** Before there is a clip: as the page would track one. */
const USUAL = { width: 640, height: 360, points: 64 };

/** What an answer costs in arithmetic, beside others, and what the paper's models reach for it. */
export function Cost() {
  const counts = useSignal<Counts | 'counting' | 'unknown'>('counting');
  const { width, height } = clip.value ?? USUAL;
  const frames = clip.value?.T ?? FRAMES;
  const points = tracks.value?.N ?? USUAL.points;
  useEffect(() => {
    let gone = false;
    void import('./counts.ts')
      .then(({ countAll }) => countAll({ frames, points, width, height }))
      // Where the server hands out no model there is nothing of it to count.
      .catch(() => 'unknown' as const)
      .then((counted) => {
        if (!gone) counts.value = counted;
      });
    return () => {
      gone = true;
    };
  }, [width, height, frames, points]);
  const known = typeof counts.value === 'string' ? null : counts.value;
  return (
    <>
      <section class="panel" aria-labelledby="cost">
        <h2 id="cost">Cost of one clip</h2>
        {known ? (
          <Rows counts={known} />
        ) : (
          <p class="muted">
            {counts.value === 'counting'
              ? 'Counting …'
              : 'Not counted: the page counts what a model does from its file, and this server hands out none.'}
          </p>
        )}
      </section>
      <div class="pair even">
        <MeasuredPareto counts={known} />
        <PaperPareto counts={known} />
      </div>
    </>
  );
}

const ROW = 58;

/** How many times one costs what the other does. */
const times = (dear: CountedRow, cheap: CountedRow) => `${short(dear.gmac / cheap.gmac)}\u00a0×`;

function Rows({ counts: { rows, parameters } }: { counts: Counts }) {
  const { element, width } = useWidth<HTMLDivElement>(480);
  const values = rows.map(({ gmac }) => gmac);
  const [low, high] = [Math.min(...values) / 2, Math.max(...values) * 2];
  const right = width - 8;
  const x = (gmac: number) => 4 + (Math.log(gmac / low) / Math.log(high / low)) * (right - 4);
  const bottom = rows.length * ROW;
  const [model, tracked, video, withCotracker] = rows;
  return (
    <div class="plot cost">
      <p class="muted">
        VideoMAE-small takes <b>{times(video, model)}</b> the multiply-accumulates of this model, which has{' '}
        {short(parameters / 1e3)} k parameters and sees tracks, no pixels. Most of ours is tracking: with it, VideoMAE
        takes {times(video, tracked)} as much. With the paper’s tracker MovT takes {times(withCotracker, video)} as much
        as VideoMAE.
      </p>
      <div ref={element}>
        <svg
          width={width}
          height={bottom + 24}
          role="img"
          aria-label={rows.map(({ name, gmac }) => `${name}: ${short(gmac)} GMAC`).join('; ')}
        >
          {powersOfTen(low, high).map((power) => (
            <g key={power}>
              <line x1={x(power)} x2={x(power)} y1={0} y2={bottom} class="grid" />
              <text x={x(power)} y={bottom + 16} text-anchor="middle">
                {power}
              </text>
            </g>
          ))}
          {rows.map(({ name, about, gmac, ours }, i) => {
            const at = x(gmac);
            // The value stands where there is room.
            const left = at > width - 90;
            return (
              <g key={name}>
                <text x={4} y={i * ROW + 16}>
                  <tspan class="strong">{name}</tspan> <tspan dx="4">{about}</tspan>
                </text>
                <line x1={4} x2={at} y1={i * ROW + 32} y2={i * ROW + 32} class={ours ? 'ours' : 'theirs'} />
                <circle cx={at} cy={i * ROW + 32} r={5} class={ours ? 'ours' : 'theirs'} />
                <text
                  x={left ? at - 10 : at + 10}
                  y={i * ROW + (left ? 26 : 36)}
                  text-anchor={left ? 'end' : 'start'}
                  class="strong"
                >
                  {short(gmac)}
                </text>
              </g>
            );
          })}
        </svg>
        <p class="muted axis">GMAC a clip, logarithmic: counted from each kernel’s own declaration</p>
      </div>
    </div>
  );
}
