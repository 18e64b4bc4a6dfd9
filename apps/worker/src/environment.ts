import { flagSetting, listSetting, type Setting, textSetting, wholeSetting, wordSetting } from './settings.ts';

/** Least word that is written: every request; those that were refused or failed; those that failed; nothing. */
export type LogLevel = 'info' | 'warn' | 'error' | 'silent';

const MIB = 2 ** 20;
const MINUTES = 60_000;

/** Every variable that the worker reads, by what it becomes. */
export const SETTINGS = {
  models: textSetting({
    name: 'MOVT_MODELS',
    fallback: '',
    needed: 'a folder',
    meaning: 'the model repository; without it the model that comes along is served as `movt`',
  }),
  host: textSetting(
    {
      name: 'MOVT_HOST',
      fallback: '127.0.0.1',
      needed: 'an address or a host name',
      meaning: 'where to listen; anything but loopback needs keys',
    },
    (text) => /^[\w.:[\]-]{1,255}$/.test(text),
  ),
  port: wholeSetting('MOVT_PORT', 8000, [0, 65535], 'the port; 0 for any that is free, which the log tells'),
  apiKeys: listSetting(
    {
      name: 'MOVT_API_KEYS',
      fallback: '',
      needed: 'SHA-256 sums of 64 hexadecimal digits, with commas between them',
      meaning:
        'the keys that open `/v1` and `/v2`, by their SHA-256; the worker never sees one before a request brings it',
    },
    (item) => /^[\da-f]{64}$/i.test(item),
  ),
  allowAnonymous: flagSetting(
    'MOVT_ALLOW_ANONYMOUS',
    '1: without keys, whoever reaches the server may use it, from any machine and from any page',
  ),
  corsOrigins: listSetting(
    {
      name: 'MOVT_CORS_ORIGINS',
      fallback: '',
      needed: '* or origins such as https://example.org, with commas between them',
      meaning: "pages of other origins that may call the server: `*`, or origins; the server's own page needs none",
    },
    (item) => item === '*' || originOf(item) === item,
  ),
  bodyBytes: wholeSetting(
    'MOVT_MAX_BODY_BYTES',
    64 * MIB,
    [1024, 4096 * MIB],
    'of a body that is no video, before and after decompression',
  ),
  videoBytes: wholeSetting('MOVT_MAX_VIDEO_BYTES', 256 * MIB, [1024, 65536 * MIB], 'of an uploaded video'),
  videoSeconds: wholeSetting('MOVT_MAX_VIDEO_SECONDS', 120, [1, 86_400], 'of an uploaded video'),
  frames: wholeSetting('MOVT_MAX_FRAMES', 512, [2, 65_536], 'frames of a clip'),
  points: wholeSetting('MOVT_MAX_POINTS', 4096, [1, 65_536], 'points of a clip'),
  pixels: wholeSetting('MOVT_MAX_PIXELS', 4096 * 2160, [64, 2 ** 28], 'pixels of a frame'),
  clips: wholeSetting('MOVT_MAX_CLIPS', 64, [1, 65_536], 'clips of a request'),
  maxBatch: wholeSetting('MOVT_MAX_BATCH', 32, [1, 1024], 'clips that run together'),
  maxDelayMs: wholeSetting('MOVT_MAX_DELAY_MS', 2, [0, 1000], 'how long a request waits for others to run with'),
  maxQueue: wholeSetting(
    'MOVT_MAX_QUEUE',
    256,
    [1, 65_536],
    'clips of a model that wait; beyond that requests are refused with 503',
  ),
  timeoutMs: wholeSetting(
    'MOVT_TIMEOUT_MS',
    10_000,
    [1, 60 * MINUTES],
    'how long a request may wait before it runs; it may ask for less',
  ),
  decoders: wholeSetting(
    'MOVT_DECODERS',
    2,
    [1, 256],
    'videos that are decoded at a time, each in a process of its own',
  ),
  decoderQueue: wholeSetting('MOVT_DECODER_QUEUE', 8, [0, 4096], 'videos that wait for a decoder; beyond that 503'),
  decoderMemory: wholeSetting('MOVT_DECODER_MEMORY_BYTES', 1024 * MIB, [64 * MIB, 65_536 * MIB], 'memory of a decoder'),
  decodeMs: wholeSetting('MOVT_DECODE_MS', 60_000, [100, 60 * MINUTES], 'how long a decoder may take'),
  bodyTimeoutMs: wholeSetting(
    'MOVT_BODY_TIMEOUT_MS',
    10_000,
    [10, 60 * MINUTES],
    'how long a body may be waited for, and a second more for each 16 KiB that came; then 408',
  ),
  rateLimit: wholeSetting(
    'MOVT_RATE_LIMIT',
    0,
    [0, 1_000_000],
    'requests a minute and key, then 429; 0 for any number. Without keys all share one count',
  ),
  drainMs: wholeSetting(
    'MOVT_DRAIN_MS',
    20_000,
    [0, 60 * MINUTES],
    'how long accepted requests may take after SIGTERM',
  ),
  adapter: textSetting({
    name: 'MOVT_ADAPTER',
    fallback: 'auto',
    needed: "auto, gpu, lavapipe, swiftshader or a Vulkan driver's .json",
    meaning:
      "the adapter: auto, gpu, lavapipe, swiftshader or a Vulkan driver's .json; on Deno VK_DRIVER_FILES says it",
  }),
  log: wordSetting<LogLevel>(
    'MOVT_LOG',
    'info',
    ['info', 'warn', 'error', 'silent'],
    'which lines are written: of every request, of those refused or failed, of those that failed, none',
  ),
  otlpEndpoint: textSetting(
    {
      name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      fallback: '',
      needed: 'an http or https address',
      meaning:
        "where OpenTelemetry's traces go; without it nothing of that is loaded. OpenTelemetry's other variables hold too",
    },
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
  ),
} satisfies Record<string, Setting<unknown>>;

function originOf(text: string): string | undefined {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  return origin === 'null' ? undefined : origin;
}
