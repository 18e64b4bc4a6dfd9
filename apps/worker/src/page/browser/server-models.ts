import { serverModel, serverModels } from './state.ts';
import { apiKey } from './upload.ts';

export interface ServerModel {
  readonly name: string;
  /** Whether it sees tracks, not pictures. */
  readonly takesTracks: boolean;
  /** Whether it tells classes, not values. */
  readonly tellsClasses: boolean;
}

/** The server's model that is asked; null where the server does not say what it has: it then chooses itself. */
export async function chosenModel(): Promise<ServerModel | null> {
  if (serverModels.value.length === 0)
    serverModels.value = (await ask<{ models?: string[] }>('v2/models'))?.models ?? [];
  const name = serverModel.value ?? serverModels.value[0];
  if (!name) return null;
  const about = await ask<Record<'inputs' | 'outputs', { name: string }[]>>(`v2/models/${encodeURIComponent(name)}`);
  const has = (tensors: readonly { name: string }[] | undefined, wanted: string) =>
    tensors?.some((tensor) => tensor.name === wanted) ?? true;
  return { name, takesTracks: has(about?.inputs, 'tracks'), tellsClasses: has(about?.outputs, 'probabilities') };
}

async function ask<Answer>(path: string): Promise<Answer | null> {
  const headers = apiKey.value ? { Authorization: `Bearer ${apiKey.value}` } : undefined;
  const response = await fetch(path, headers ? { headers } : {}).catch(() => null);
  return response?.ok ? ((await response.json()) as Answer) : null;
}
