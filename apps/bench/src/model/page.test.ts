import type { BatchProfile } from 'movt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { summarise } from '../measure/statistics.ts';
import { renderModelPage } from './page.ts';
import type { ModelReport } from './report.ts';
import { breakDown, joinProfiles } from './run-profile.ts';

const note = 'the adapter has <no> timestamps: only what the CPU did is known';
const stages = ['pad', 'upload', 'encode', 'submit', 'wait', 'read back'].map((name, i) => ({
  name,
  start: i,
  end: i + 1,
}));
const dispatches = [{ kernel: 'matmul', label: 'fc', workgroups: [1, 1, 1] as const, flops: 6, macs: 3, bytes: 3 }];
const batch: BatchProfile = {
  outputs: [],
  stages,
  note,
  dispatches,
  shape: { batch: 4, frames: 2, points: 1 },
  compileMs: 0,
};

test('a page without the GPU: what is not known is said so, and nothing is made up', () => {
  const profile = joinProfiles([batch]);
  const breakdown = breakDown(profile);
  const report: ModelReport = {
    format: 'movt-bench-model/1',
    fingerprint: { vendor: '', architecture: '', driver: 'A <fast> GPU', dawn: '', toggles: [], cpu: '' },
    software: false,
    peak_gflop_per_s: 1,
    preset: 'movt-tiny',
    frames: 2,
    points: 1,
    soak: 0,
    rows: [
      {
        ...summarise([7, 8, 9]),
        batch: 4,
        dispatches: 1,
        flop_count: 6,
        gflop_per_s: 1,
        peak_share: 1,
        objects_created: 0,
        live_bytes: 1,
        peak_bytes: 1,
        live_bytes_growth: 0,
        read_back_bytes: 4,
        breakdown,
        profiled: { breakdown, clock: null, note, dispatches: null, kernels: null },
      },
    ],
    first_answer: null,
  };
  const page = renderModelPage(report, [profile]);
  const text = page.replace(/<[^>]*>/g, ' ');
  assert.match(text, /A &lt;fast&gt; GPU/);
  assert.match(text, /Note: the adapter has &lt;no&gt; timestamps/);
  for (const part of ['GPU, 1 dispatches', 'idle']) assert.match(text, new RegExp(`${part} +not known`));
  assert.not.match(text, /NaN|undefined|null|First answer|Batch 4: kernels|A software adapter/);
  assert.match(page, /<svg/);
  assert.not.match(page, />GPU<\/text>/, 'the timeline has no lane for it');
});

test.run();
