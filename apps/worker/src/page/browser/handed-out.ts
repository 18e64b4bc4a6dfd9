/** How long the server may think about it: a page that waits does nothing. */
const PATIENCE_MS = 8000;

/** Asks the server whether browsers may have its model: why not, for a person; null where they may, or perhaps may. */
export async function whyNoModel(): Promise<string | null> {
  const asked = fetch('page/model.safetensors', { method: 'HEAD', signal: AbortSignal.timeout(PATIENCE_MS) });
  return asked.then(
    ({ status }) => whyByStatus(status),
    // Who cannot be reached now gets no upload either; whoever brings a clip is told then.
    () => null,
  );
}

/**
 * Only a clear no sends videos to the server. A fault that may pass (5xx, 429) or a proxy that knows no HEAD (405, 501) does not: the model is
 * asked for once more with the first clip, and where that fails the user chooses.
 */
export function whyByStatus(status: number): string | null {
  if (status === 404 || status === 410) return 'this server keeps its models to itself';
  if (status === 401 || status === 403) return 'this server does not give its model to everyone';
  return null;
}
