import { readFile } from 'node:fs/promises';
import { badInput } from '@movt/kernels';

/** What peers are compared in. */
export type PeerTask = 'predict' | 'train';

/** A peer of one task, out of apps/bench/peers/list.json. */
export interface PeerEntry {
  readonly name: string;
  /** Its module in that folder, which the list has for each task that it can do. */
  readonly file: string;
  /** `webgpu`: runs on the adapter that all of them share. `cpu`: on the processor itself. */
  readonly kind: 'webgpu' | 'cpu';
  /** The npm package that it needs; none where it is ours. */
  readonly package?: string;
  /** Node's flags. */
  readonly flags?: readonly string[];
  /** Environment, beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Our own, whose answers are the measure of all others. */
export const OURS = 'movt';

/** Where the peers and their packages are: a file: URL that ends in a slash. */
export const PEERS_FOLDER = new URL('peers/', import.meta.resolve('@movt/bench/package.json'));

type Listed = Omit<PeerEntry, 'name' | 'file'> & Partial<Record<PeerTask, string>>;

/**
 * The peers to compare, in the list's order: ours first.
 *
 * @param only names to keep; ours is kept in any case
 * @throws MovtError bad_input for a name that is not in the list
 */
export async function listPeers(task: PeerTask, only: readonly string[] | undefined): Promise<PeerEntry[]> {
  const list: Record<string, Listed> = JSON.parse(await readFile(new URL('list.json', PEERS_FOLDER), 'utf8'));
  const unknown = only?.find((name) => !Object.hasOwn(list, name));
  if (unknown !== undefined) {
    throw badInput({ action: 'reading --only', given: unknown, needed: `some of ${Object.keys(list).join(', ')}` });
  }
  return Object.entries(list)
    .filter(([name]) => name === OURS || !only || only.includes(name))
    .flatMap(([name, { predict, train, ...entry }]) => {
      const file = { predict, train }[task];
      return file === undefined ? [] : { name, file, ...entry };
    });
}
