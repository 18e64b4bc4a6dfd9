import { parseSafetensors } from '@movt/kernels/safetensors';
import { type Checkpoint, decodeCheckpoint } from 'movt';
import { once } from '../../async/once.ts';
import { PageError } from './messages.ts';

/** The model that the server hands out, and what its file says of how good it is. */
export interface ServedModel {
  readonly checkpoint: Checkpoint;
  /** Top-1 on clips that were tracked as here, a share; null where the file does not say. */
  readonly top1: number | null;
}

/** Fetches it, once. Throws a MovtError for a model that is no MovT, a PageError where it cannot be fetched. */
export const servedModel = once(fetchModel);

async function fetchModel(): Promise<ServedModel> {
  const name = "the server's model";
  const file = parseSafetensors(await download(), name);
  return { checkpoint: decodeCheckpoint(file, name), top1: evaluated(file.metadata.evaluation) };
}

async function download(): Promise<Uint8Array> {
  const failed = (why: string) => new PageError('The model cannot be fetched', why, { serverMay: true });
  try {
    const response = await fetch('page/model.safetensors');
    if (!response.ok) throw failed(`The server answered with status ${response.status}.`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw error instanceof PageError ? error : failed('The connection broke off. Is the server still running?');
  }
}

/** Metadata `evaluation`: JSON, a result for each way that tracks were made; tracked ones are what is done here. */
function evaluated(text: string | undefined): number | null {
  try {
    const results = Object.entries(JSON.parse(text ?? '{}') as Record<string, { top1?: number }>);
    return results.find(([how]) => how.includes('tracked'))?.[1].top1 ?? null;
  } catch {
    return null;
  }
}
