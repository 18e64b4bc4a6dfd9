/** What was tuned, on disk: one small file for each adapter. Node and Deno only. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, homedir } from 'node:os';
import { join } from 'node:path';
import type { AdapterDescription } from '../runtime/context.ts';
import { badInput } from '../runtime/errors.ts';
import type { TunedValues, TuningTable } from '../runtime/kernel.ts';

const FORMAT = 'movt-tuning/1';
const MOST_BYTES = 2 ** 20;

/** What a tuning depends on. The processor is in it, since it may be what stands in for a GPU. */
interface Machine extends AdapterDescription {
  readonly cpu: string;
}

/** Where an adapter's tuning lies: in $XDG_CACHE_HOME/movt, else ~/.cache/movt. */
export function tuningPath(adapter: AdapterDescription): string {
  const { vendor, architecture, name, cpu } = machineOf(adapter);
  const hash = createHash('sha256')
    .update(JSON.stringify([vendor, architecture, name, cpu]))
    .digest('hex');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'movt', `tuning-${hash.slice(0, 12)}.json`);
}

/**
 * What was tuned for an adapter; nothing where there is no file. A file that is broken or of another adapter is passed over: kernels then
 * choose by themselves, and `warn` is told.
 */
export async function readTuning(
  adapter: AdapterDescription,
  warn: (line: string) => void = console.warn,
): Promise<TuningTable> {
  const path = tuningPath(adapter);
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes`);
    return parse(await readFile(path, 'utf8'), machineOf(adapter));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      warn(`tuning in ${path} is not used: ${(error as Error).message}. \`bench tune\` writes it anew.`);
    }
    return {};
  }
}

/**
 * Adds values to an adapter's tuning; a reader sees the old file or the whole new one.
 *
 * @param name see tunedName
 * @returns the file.
 * @throws MovtError `bad_input` when it cannot be written.
 */
export async function writeTuning(adapter: AdapterDescription, name: string, values: TunedValues): Promise<string> {
  const path = tuningPath(adapter);
  const kernels = { ...(await readTuning(adapter, () => {})), [name]: values };
  const made = `${path}.tmp-${process.pid}`;
  try {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(made, `${JSON.stringify({ format: FORMAT, adapter: machineOf(adapter), kernels }, null, 2)}\n`);
    await rename(made, path);
  } catch (error) {
    await rm(made, { force: true }).catch(() => {}); // the first error is the one that explains
    throw badInput({
      action: `writing ${path}`,
      given: (error as Error).message,
      needed: 'a folder that can be written, ~/.cache or XDG_CACHE_HOME',
    });
  }
  return path;
}

function machineOf({ vendor, architecture, name }: AdapterDescription): Machine {
  return { vendor, architecture, name, cpu: cpus()[0]?.model ?? '' };
}

function parse(text: string, machine: Machine): TuningTable {
  const { format, adapter, kernels } = JSON.parse(text) as Record<string, unknown>;
  if (format !== FORMAT) throw new Error(`its format is not ${FORMAT}`);
  if (JSON.stringify(adapter) !== JSON.stringify(machine)) throw new Error('it is of another adapter');
  const isTable = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isTable(kernels)) throw new Error('it has no table of kernels');
  for (const [name, values] of Object.entries(kernels)) {
    if (!isTable(values) || !Object.values(values).every(Number.isSafeInteger)) {
      throw new Error(`the values of ${name} are no whole numbers`);
    }
  }
  return kernels as TuningTable;
}
