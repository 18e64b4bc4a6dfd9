import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, type GpuContext } from '@movt/kernels';
import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import { runKey } from '../experiment/request.ts';
import type { Trained } from '../experiment/trained.ts';
import type { Workspace } from '../experiment/workspace.ts';
import type { Laboratory } from './study.ts';

/**
 * A laboratory over a workspace.
 *
 * @param open the GPU; null where nothing is to be computed
 * @param fix the command that computes what is missing, for the message
 */
export function createLaboratory(
  { folder }: Workspace,
  models: readonly Trained[],
  open: (() => Promise<GpuContext>) | null,
  fix: string,
): Laboratory {
  const byKey = new Map(models.map((model) => [runKey(model.request), model]));
  const measured = join(folder, 'measured');
  return {
    modelsOf: ({ requests }) => requests.map((request) => byKey.get(runKey(request))!),
    async remember(what, compute) {
      const text = JSON.stringify(what);
      const path = join(measured, `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`);
      const stored = await readFile(path, 'utf8').catch(() => null);
      if (stored !== null) return JSON.parse(stored).value;
      if (!open) {
        const given = `no ${text}`;
        throw badInput({ action: `reading the results in ${folder}`, given, needed: 'all that was measured', fix });
      }
      const value = await compute(open);
      await mkdir(measured, { recursive: true });
      await writeFileAtomic(path, `${JSON.stringify({ what, value })}\n`);
      return value;
    },
  };
}
