import { createRandom, type Random } from '@movt/kernels';
import { PAPER_POINTS } from 'movt/paper';
import type { Series } from '../experiment/series.ts';
import type { Costs, ParetoPoint, ParetoReport, Spread } from './report.ts';

/** A report of made-up figures drawn from a seed, with everything in it that a report can hold. For tests alone. */
export function randomReport(seed: number): ParetoReport {
  const random = createRandom(seed);
  const points = drawPoints(random);
  const share = () => random.uniform(1, 0, 1)[0];
  return {
    format: 'movt-pareto/1',
    commit: 'abc',
    date: '2026-01-02T03:04:05.678Z',
    command: 'bench pareto --data "a & <b>"',
    fingerprint: { vendor: '', architecture: '', driver: 'A <fast> GPU', dawn: '', toggles: [], cpu: 'one & only' },
    software: true,
    data: {
      source: 'made-up <clips>',
      train: 1440,
      validation: 240,
      test: 360,
      classes: Array.from({ length: 12 }, (_, i) => `class ${i}`),
      frames: 32,
      points: 60,
      videoSize: { width: 176, height: 100 },
    },
    points,
    paper: PAPER_POINTS,
    lessons: [
      { title: 'First <lesson>', claim: 'Motion says it.', verdict: 'holds', evidence: 'A beats B by 3 points.' },
      {
        title: 'Second lesson',
        claim: 'Motion needs fewer clips.',
        verdict: 'does not hold',
        evidence: 'It does not.',
      },
    ],
    lowData: [1, 0.6, 0.4, 0.2, 0.1].flatMap((portion) =>
      (['MovT', 'PixT'] as const).map((series) => ({
        series,
        label: `${series.toLowerCase()}-small`,
        share: portion,
        clips: Math.round(1440 * portion),
        top1: spread(random, share()),
      })),
    ),
    cascade: {
      small: 'movt-small',
      big: 'videomae',
      sweep: [0.5, 0.8, 1].map((threshold) => ({
        threshold,
        coverage: 1 - threshold,
        accuracy: share(),
        coveredAccuracy: threshold === 1 ? null : share(),
        expectedGmac: 10 * threshold,
      })),
    },
    perClass: {
      movt: 'movt-small',
      pixt: 'pixt-small',
      classes: Array.from({ length: 12 }, (_, i) => ({
        name: `class <${i}>`,
        clips: 30,
        movt: share(),
        pixt: share(),
      })),
    },
    pictures: [
      {
        title: 'A <picture>',
        svg: '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="300" style="background:white"><script>document.title = "run"</script><text x="9" y="20" fill="#123456">100 % & "more"</text></svg>'.replace(
          '& ',
          '&amp; ',
        ),
        caption: 'What is seen in it.',
      },
    ],
    notes: ['A note with <angles> & more.'],
  };
}

/** Sizes and frames of each kind as a study has them; costs and accuracies grow with both, and scatter. */
function drawPoints(random: Random): ParetoPoint[] {
  const point = (series: Series, label: string, frames: number, gmac: number, top1: number, detail?: string) => {
    const scatter = () => random.uniform(1, 0.8, 1.25)[0];
    const usesTracks = series !== 'VideoMAE' && series !== 'PixT';
    const cost = (mac: number): Costs => ({ thop: mac * 0.7 * scatter(), mac, flop: 2.05 * mac });
    return {
      key: label.replace(/[^\w.-]+/g, '-'),
      series,
      label,
      frames,
      points: series === 'VideoMAE' ? null : 60,
      parameters: Math.round(1e6 * gmac ** 0.5 * scatter()) + 1,
      top1: spread(random, top1),
      cost: { model: cost(gmac), tracker: usesTracks ? cost(0.012 * frames) : { thop: 0, mac: 0, flop: 0 } },
      ms: { model: 40 * gmac * scatter(), tracker: usesTracks ? 1.5 * frames : 0, decode: 2 * frames },
      ...(detail !== undefined && { detail }),
    };
  };
  const accuracy = (best: number, gmac: number) => best - 0.25 * Math.exp(-gmac * 6) - random.uniform(1, 0, 0.05)[0];
  const sizes = Object.entries({ tiny: 0.004, small: 0.05, base: 0.3 });
  const movt = [4, 16, 32].flatMap((frames) =>
    sizes.map(([size, gmac]) => {
      const total = gmac * (1 + frames / 32);
      return point('MovT', `movt-${size}, ${frames} frames`, frames, total, accuracy(0.85, total));
    }),
  );
  const pixt = sizes.map(([size, gmac]) =>
    point('PixT', `pixt-${size}, 32 frames`, 32, gmac * 1.9, accuracy(0.7, gmac)),
  );
  const videomae = [1, 4, 16].map((frames) =>
    point('VideoMAE', `videomae-tiny, ${frames} frames`, frames, 0.2 * frames, accuracy(0.9, 0.1 * frames)),
  );
  const fusion = [1, 4, 16].map((frames) =>
    point(
      'Late fusion',
      `movt-small + videomae-tiny, ${frames} frames`,
      frames,
      0.1 + 0.2 * frames,
      accuracy(0.96, 0.2 * frames),
    ),
  );
  const cascade = [0.6, 0.8, 0.95].map((threshold) =>
    point(
      'Cascade',
      `cascade, τ ${threshold}`,
      16,
      0.1 + 3 * threshold,
      accuracy(0.95, threshold),
      `coverage ${Math.round(120 - 100 * threshold)} %`,
    ),
  );
  const cross = [1, 2, 3].map((variant) =>
    point('Cross-attention', `cross-attention ${variant}`, 16, 3.5 + 0.1 * variant, accuracy(0.93, 1)),
  );
  return [...movt, ...pixt, ...videomae, ...fusion, ...cascade, ...cross];
}

function spread(random: Random, mean: number): Spread {
  const seeds = [...random.uniform(3, mean - 0.02, mean + 0.02)].map((share) => Math.min(1, Math.max(0, share)));
  const average = seeds.reduce((a, b) => a + b) / seeds.length;
  const squares = seeds.reduce((sum, share) => sum + (share - average) ** 2, 0);
  return { mean: average, sd: Math.sqrt(squares / (seeds.length - 1)), seeds };
}
