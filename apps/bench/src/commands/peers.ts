import { constants, rmSync } from 'node:fs';
import { access, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { MovtError } from '@movt/kernels';
import { fileError, writeFileAtomic } from '@movt/kernels/safetensors/file';
import { Command } from 'commander';
import { openContext } from '../open-context.ts';
import { wholeNumber, wholeNumbers } from '../options.ts';
import { comparePeers } from '../peers/compare.ts';
import { installPackages } from '../peers/install.ts';
import { listPeers, PEERS_FOLDER, type PeerEntry } from '../peers/list.ts';
import { peersPage } from '../peers/page.ts';
import { alignCells, type PeersReport, problems, remarks, TOLERANCE, tableCells } from '../peers/report.ts';
import { writeWorkload } from '../peers/workload.ts';

interface Options {
  batch: number[];
  frames: number;
  points: number;
  rounds: number;
  only?: string[];
  json?: boolean;
  html?: string;
}

/** `bench peers`: a model beside what a user would run it in instead. */
export function peersCommand(): Command {
  return new Command('peers')
    .description('time a model beside ONNX Runtime and other runtimes, on the same adapter, with answers checked first')
    .argument('[preset]', 'the model', 'movt-base')
    .option('--batch <list>', 'clips in a batch', wholeNumbers, [1, 32])
    .option('--frames <T>', 'frames of a clip', wholeNumber(2), 32)
    .option('--points <N>', 'points of a clip', wholeNumber(1), 60)
    .option('--rounds <count>', 'timed runs of each peer at each batch size', wholeNumber(1), 7)
    .option('--only <names>', 'these peers, and ours', (text: string) => text.split(','))
    .option('--json', 'print one JSON document on standard output')
    .option('--html <file>', 'also write the report as a page')
    .action(benchPeers);
}

async function benchPeers(preset: string, { only, json, html, ...comparison }: Options): Promise<void> {
  const say = (line: string) => console.error(`bench: ${line}`);
  const listed = await listPeers(only);
  if (html !== undefined) await checkFolder(html);
  const folder = await mkdtemp(join(tmpdir(), 'movt-peers-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const workload = await writeWorkload(preset, folder, comparison);
  const context = await openContext();
  const { software } = context.traits;
  context.destroy(); // the peers have the adapter to themselves
  const entries = await installFor(listed, say);
  // Only now: an installation that is interrupted cleans up first.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  const { adapter, rows } = await comparePeers(entries, workload, comparison, say);
  const { frames, points, rounds } = comparison;
  const report: PeersReport = {
    format: 'movt-bench-peers/1',
    model: preset,
    adapter,
    software,
    frames,
    points,
    rounds,
    tolerance: TOLERANCE,
    rows,
  };
  if (html !== undefined) await writeFileAtomic(html, peersPage(report));
  if (json) console.log(JSON.stringify(report, null, 2));
  else console.log([alignCells(tableCells(report)), '', ...problems(report), ...remarks(report)].join('\n'));
}

/** Refuses, before minutes of work, a file in a folder that is missing or cannot be written. */
async function checkFolder(file: string): Promise<void> {
  await access(dirname(resolve(file)), constants.W_OK).catch((error) => {
    throw fileError('writing', file, error);
  });
}

/** Installs what peers need; where that fails, those that need it cannot take part. */
async function installFor(listed: readonly PeerEntry[], say: (line: string) => void) {
  let problem: string | null = null;
  if (listed.some((entry) => entry.package !== undefined)) {
    try {
      await installPackages(PEERS_FOLDER, say);
    } catch (error) {
      if (!(error instanceof MovtError)) throw error;
      problem = error.message;
      say(problem);
    }
  }
  return listed.map((entry) => ({ entry, problem: entry.package === undefined ? null : problem }));
}
