import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovtError } from '@movt/kernels';
import { comparePeers } from './compare.ts';
import { installPackages } from './install.ts';
import { listPeers, PEERS_FOLDER, type PeerEntry, type PeerTask } from './list.ts';
import type { ModelFile, RunRequest } from './protocol.ts';
import type { PeersReport } from './report.ts';
import { writeTrainingWorkload } from './training-workload.ts';
import { type Comparison, type Workload, writeWorkload } from './workload.ts';

type Say = (line: string) => void;

/**
 * Reads what is asked for and writes the files that peers read, so that a mistake shows before anything is installed or measured.
 *
 * @param preset the model
 * @param only names of peers; all, where it is left out
 * @returns what installs the peers and compares them; `software`: whether a processor stands in for the GPU
 * @throws MovtError bad_input, limit_exceeded
 */
export async function planPeers(
  task: PeerTask,
  preset: string,
  comparison: Comparison,
  only?: readonly string[],
): Promise<(software: boolean, say: Say) => Promise<PeersReport>> {
  const listed = await listPeers(task, only);
  const folder = await mkdtemp(join(tmpdir(), 'movt-peers-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

  const raceOf =
    <Load extends ModelFile, Request extends RunRequest>(workload: Workload<Load, Request>) =>
    async (software: boolean, say: Say): Promise<PeersReport> => {
      const entries = await installFor(listed, say);
      // Only now: an installation that is interrupted cleans up first.
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
      const { adapter, rows } = await comparePeers(entries, workload, comparison, say);
      const { frames, points, rounds } = comparison;
      return {
        format: 'movt-bench-peers/1',
        task,
        model: preset,
        adapter,
        software,
        clip: workload.clip,
        frames,
        points,
        rounds,
        tolerance: workload.tolerance,
        rows,
      };
    };
  return task === 'predict'
    ? raceOf(await writeWorkload(preset, folder, comparison))
    : raceOf(await writeTrainingWorkload(preset, folder, comparison));
}

/** Installs what peers need; where that fails, those that need it cannot take part. */
async function installFor(listed: readonly PeerEntry[], say: Say) {
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
