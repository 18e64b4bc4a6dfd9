/** Bytes below which compressing costs more than it saves. */
const WORTHWHILE = 1024;

const PREFERRED: readonly CompressionFormat[] = ['gzip', 'deflate'];

/** The coding that a client wants its answer in; null where it wants none that there is here. */
export function acceptedCoding(header: string | null): CompressionFormat | null {
  const weights = new Map<string, number>();
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [name, ...parameters] = part.split(';').map((text) => text.trim());
    const q = parameters.find((text) => text.startsWith('q='))?.slice(2);
    weights.set(name, q === undefined ? 1 : Number(q));
  }
  const weightOf = (coding: string) => weights.get(coding) ?? weights.get('*') ?? 0;
  return PREFERRED.find((coding) => weightOf(coding) > 0) ?? null;
}

/** An answer of 200, compressed where the client accepts it and it is worth it. */
export async function answerBytes(
  request: Request,
  bytes: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const coding = bytes.length < WORTHWHILE ? null : acceptedCoding(request.headers.get('accept-encoding'));
  const body = coding ? await compressed(bytes, coding) : bytes;
  return new Response(body, {
    headers: {
      ...headers,
      vary: 'Accept-Encoding',
      'content-length': String(body.byteLength),
      ...(coding && { 'content-encoding': coding }),
    },
  });
}

function compressed(bytes: Uint8Array<ArrayBuffer>, coding: CompressionFormat): Promise<ArrayBuffer> {
  return new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream(coding))).arrayBuffer();
}
