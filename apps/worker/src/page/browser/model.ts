import { parseSafetensors } from '@movt/kernels/safetensors';
import { type Checkpoint, decodeCheckpoint } from 'movt';

/** The model that the server hands out, and what its file says of how good it is. */
export interface ServedModel {
  readonly checkpoint: Checkpoint;
  /** Top-1 on clips that were tracked as here, a share; null where the file does not say. */
  readonly top1: number | null;
}

let served: Promise<ServedModel> | null = null;

/** Fetches it, once. Throws a MovtError for a model that is no MovT, an Error where the server hands out none. */
export function servedModel(): Promise<ServedModel> {
  served ??= fetchModel();
  served.catch(() => {
    served = null;
  });
  return served;
}

async function fetchModel(): Promise<ServedModel> {
  const response = await fetch('page/model.safetensors');
  if (!response.ok) throw new Error(`the server hands out no model (${response.status})`);
  const name = "the server's model";
  const file = parseSafetensors(new Uint8Array(await response.arrayBuffer()), name);
  return { checkpoint: decodeCheckpoint(file, name), top1: evaluated(file.metadata.evaluation) };
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
