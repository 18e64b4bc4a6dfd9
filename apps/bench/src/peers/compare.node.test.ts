import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { relativeL2 } from '@movt/kernels/testing';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { comparePeers } from './compare.ts';
import { listPeers, PEERS_FOLDER, type PeerEntry } from './list.ts';
import { peersPage } from './page.ts';
import { startPeer, TIME_LIMITS } from './process.ts';
import { type PeersReport, problems, remarks, tableCells } from './report.ts';
import { type Workload, writeWorkload } from './workload.ts';

const folder = await mkdtemp(join(tmpdir(), 'movt-peers-test-'));
const test = suite('bench peers');
test.after(() => rm(folder, { recursive: true, force: true }));

const SIZES = { batch: [1, 3], frames: 4, points: 5, rounds: 2 };

/** A peer that is made up: `parts` are its operations, over those of one that answers [1, 2, 3]. */
async function makeUp(name: string, parts = '', kind: PeerEntry['kind'] = 'webgpu'): Promise<PeerEntry> {
  const file = pathToFileURL(join(folder, `${name}.mjs`));
  const program = `
    import { servePeer } from '${new URL('serve.mjs', PEERS_FOLDER)}';
    let n = 0;
    servePeer({
      load: async () => ({ version: '1', adapter: 'some GPU' }),
      prepare: async () => ({ compile_ms: 5 }),
      run: async () => ({ output: Float32Array.of(1, 2, 3), ms: 8, dispatches: 4 }),
      ${parts}
    });`;
  await writeFile(file, program);
  return { name, file: file.href, kind };
}

const NOTHING: Workload = {
  load: { model: 'none', config: {}, weights: '', onnx: '' },
  clip: 'nothing',
  firstBatch: 1,
  draw: (sizes) => ({ ...sizes, clips: new Float32Array(3), shape: [3] }),
  difference: relativeL2,
  tolerance: 1e-4,
};

const run = (body: string) => `run: async ({ batch }) => { ${body} },`;

test('a peer that is wrong, elsewhere, broken or gone gets a line that says so, and no time', async () => {
  const output = 'dispatches: null, ms: 1, output: Float32Array.of';
  const entries = [
    await makeUp('movt'),
    await makeUp('right', run(`return { ${output}(1, 2, 3.00001) }`), 'cpu'),
    await makeUp('wrong', run(`return { ${output}(1, 2, 3.01) }`)),
    await makeUp('nan', run(`return { ${output}(1, 2, NaN) }`)),
    await makeUp('short', run(`return { ${output}(1, 2) }`)),
    await makeUp('elsewhere', `load: async () => ({ version: '1', adapter: 'another GPU' }),`),
    await makeUp('refusing', `load: async () => { throw new Error('no such operator\\n at line 3') },`),
    await makeUp('crashing', run(`if (batch > 1) process.kill(process.pid, 'SIGSEGV'); return { ${output}(1, 2, 3) }`)),
    await makeUp('later-wrong', run(`return { ${output}(1, 2, batch > 1 ? 4 : 3) }`)),
    { name: 'missing', file: 'no-such-file.mjs', kind: 'webgpu' } as const,
  ];
  const listed = entries.map((entry) => ({ entry, problem: null }));
  const { adapter, rows } = await comparePeers(listed, NOTHING, SIZES, () => {});
  assert.is(adapter, 'some GPU');
  assert.is(rows.length, 2 * entries.length);
  const told = (batch: number) =>
    Object.fromEntries(rows.filter((row) => row.batch === batch).map((row) => [row.peer, row.problem]));
  const always = {
    movt: null,
    right: null,
    wrong: 'wrong by 2.7e-3',
    nan: 'wrong by NaN',
    elsewhere: 'it ran on another GPU, not on some GPU',
    refusing: 'no such operator',
  };
  for (const [peer, problem] of Object.entries(always)) {
    assert.is(told(1)[peer], problem);
    assert.is(told(3)[peer], problem);
  }
  assert.match(told(1).short!, /2 values, expected 3/);
  assert.match(told(1).missing!, /it ended with exit code 1: .*no-such-file/);
  assert.equal([told(1).crashing, told(1)['later-wrong']], [null, null]);
  assert.equal([told(3).crashing, told(3)['later-wrong']], ['it ended by SIGSEGV', 'wrong by 2.7e-1']);
  for (const row of rows) {
    assert.is(row.summary === null, row.problem !== null);
    assert.is(row.samples_ms.length, row.problem === null ? SIZES.rounds : 0);
    assert.is(row.first_answer_ms !== null, row.problem === null && row.batch === 1);
  }
  const { times_ours, difference, dispatches, summary } = rows[1];
  assert.equal([times_ours, dispatches, summary?.median_ms], [1 / 8, null, 1]);
  assert.ok(difference! > 0 && difference! < NOTHING.tolerance);

  const sizes = { frames: 4, points: 5, rounds: 2, tolerance: NOTHING.tolerance };
  const about = { task: 'predict', model: 'movt-tiny', clip: '4 frames', adapter, software: true } as const;
  const report: PeersReport = { format: 'movt-bench-peers/1', ...about, ...sizes, rows };
  const line = tableCells(report).find(([peer]) => peer === 'wrong')!;
  assert.equal(line.slice(4, 9), ['wrong by 2.7e-3', '–', '–', '–', '–']);
  assert.ok(problems(report).includes('elsewhere: it ran on another GPU, not on some GPU'));
  const page = peersPage(report);
  assert.is(page.match(/<svg/g)?.length, SIZES.batch.length);
  assert.ok(remarks(report).some((sentence) => sentence.includes('No one should run a software GPU for speed')));
});

test('where answers move on from run to run, each is held against ours of the same run', async () => {
  const count =
    'prepare: async () => ({ compile_ms: n++ }), run: async () => ({ output: Float32Array.of(n++), ms: 1, dispatches: null }),';
  const entries = [await makeUp('movt', count), await makeUp('alike', count), await makeUp('late', `${count} n: n++,`)];
  const listed = entries.map((entry) => ({ entry, problem: null }));
  const { rows } = await comparePeers(listed, NOTHING, { ...SIZES, batch: [1] }, () => {});
  assert.equal(
    rows.map(({ problem }) => problem),
    [null, null, 'wrong by 1.0e+0'],
  );
});

test('a peer that hangs is ended', async () => {
  const peer = startPeer(await makeUp('hanging', run('for (;;);')), { ...TIME_LIMITS, run: 100 });
  await peer.load(NOTHING.load);
  const request = NOTHING.draw({ batch: 1, frames: 2, points: 1 });
  const failure = await peer.run(request).catch((error) => error);
  assert.is(failure.message, 'run took more than 0.1 s');
  const after = await peer.prepare(request).catch((error) => error);
  assert.is(after.message, 'it ended by SIGKILL');
});

test('where ours does not answer, there is nothing to compare', async () => {
  const ours = await makeUp('movt', `load: async () => { throw new Error('no adapter') },`);
  const failure = await comparePeers([{ entry: ours, problem: null }], NOTHING, SIZES, () => {}).catch(
    (error) => error,
  );
  assert.match(failure.message, /ours, .*: no adapter/);
});

test("our peer's answers are onnxruntime-web's", async () => {
  // This one is there without the peers' packages: the workspace tests with it.
  const entries = (await listPeers('predict', ['ort-web-wasm-1t'])).map((entry) => ({ entry, problem: null }));
  const sizes = { batch: [3], frames: 9, points: 7, rounds: 1 };
  const workload = await writeWorkload('movt-tiny', folder, sizes);
  const { rows } = await comparePeers(entries, workload, sizes, () => {});
  assert.equal(
    rows.map(({ peer, batch, problem }) => [peer, batch, problem]),
    ['movt', 'ort-web-wasm-1t'].map((peer) => [peer, 3, null]),
  );
  assert.ok(rows[0].dispatches! > 0 && rows[0].first_answer_ms! > 0);
  for (const { difference } of rows) assert.ok(difference! < 1e-5, `${difference}`);
});

test('a name that is not in the list, and batches beyond bounds, are refused', async () => {
  const failure = await listPeers('predict', ['tfjs']).catch((error) => error);
  assert.match(failure.message, /--only: got tfjs, need some of movt, ort-node-webgpu/);
  const large = await writeWorkload('movt-tiny', folder, { ...SIZES, batch: [1e9] }).catch((error) => error);
  assert.is(large.code, 'limit_exceeded');
});

test.run();
