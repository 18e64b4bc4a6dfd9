import { serverModel, serverModels } from './state.ts';
import { apiKey } from './upload.ts';

/** The server's model that is asked, and what it takes; null where the server does not say what it has: it then chooses itself. */
export async function chosenModel(): Promise<{ name: string; takesTracks: boolean } | null> {
  if (serverModels.value.length === 0) serverModels.value = (await ask<{ models?: string[] }>('v2/models'))?.models ?? [];
  const name = serverModel.value ?? serverModels.value[0];
  if (!name) return null;
  const about = await ask<{ inputs?: { name: string }[] }>(`v2/models/${encodeURIComponent(name)}`);
  return { name, takesTracks: about?.inputs?.some((input) => input.name === 'tracks') ?? true };
}

async function ask<Answer>(path: string): Promise<Answer | null> {
  const headers = apiKey.value ? { Authorization: `Bearer ${apiKey.value}` } : undefined;
  const response = await fetch(path, headers ? { headers } : {}).catch(() => null);
  return response?.ok ? ((await response.json()) as Answer) : null;
}
