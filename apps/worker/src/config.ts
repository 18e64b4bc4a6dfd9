import { badInput } from '@movt/kernels';
import {
  flagSetting,
  listSetting,
  readSetting,
  type Setting,
  textSetting,
  wholeSetting,
  wordSetting,
} from './settings.ts';
import type { VideoLimits } from './video/videos.ts';

/** The most that a request may bring. A body that is no video is counted once more as it is decompressed. */
export interface Limits extends VideoLimits {
  /** Of a request. */
  readonly clips: number;
}

/** Least word that is written: every request; those that were refused or failed; those that failed; nothing. */
export type LogLevel = 'info' | 'warn' | 'error' | 'silent';

/** How the worker runs, checked. */
export interface WorkerConfig {
  /** The folder of models; null for the one that comes along. */
  readonly models: string | null;
  readonly host: string;
  readonly port: number;
  /** SHA-256 of each key, in small hexadecimal digits. */
  readonly apiKeys: readonly string[];
  /** Without keys: whoever reaches the server may use it, from other machines and from pages of other origins too. */
  readonly allowAnonymous: boolean;
  /** `*`, or origins. */
  readonly corsOrigins: readonly string[];
  readonly limits: Limits;
  readonly batching: {
    readonly maxBatch: number;
    readonly maxDelayMs: number;
    /** Clips of a model that wait. */
    readonly maxQueue: number;
    readonly timeoutMs: number;
  };
  /** Of strangers' videos, each in a process of its own. */
  readonly decoding: {
    /** Processes at a time. */
    readonly processes: number;
    /** Videos that wait for one. */
    readonly queue: number;
    /** Of a process. */
    readonly memoryBytes: number;
    /** Milliseconds for a video. */
    readonly decodeMs: number;
  };
  readonly bodyTimeoutMs: number;
  /** Requests a minute and key; 0 for any number. */
  readonly rateLimit: number;
  readonly drainMs: number;
  readonly adapter: string;
  readonly log: LogLevel;
  /** Where traces go; null for nowhere. */
  readonly otlpEndpoint: string | null;
}

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

/**
 * The worker's configuration, from the environment.
 *
 * @throws MovtError bad_input with the variable, its value and what it may hold; also where the server would be open to other machines
 *   without anybody having said so
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const read = <Value>(setting: Setting<Value>) => readSetting(setting, env, setting === (SETTINGS.apiKeys as unknown));
  const { bodyBytes, videoBytes, videoSeconds, frames, points, pixels, clips } = SETTINGS;
  const limits = {
    bodyBytes: read(bodyBytes),
    videoBytes: read(videoBytes),
    videoSeconds: read(videoSeconds),
    frames: read(frames),
    points: read(points),
    pixels: read(pixels),
    clips: read(clips),
  };
  const batching = {
    maxBatch: read(SETTINGS.maxBatch),
    maxDelayMs: read(SETTINGS.maxDelayMs),
    maxQueue: read(SETTINGS.maxQueue),
    timeoutMs: read(SETTINGS.timeoutMs),
  };
  const config: WorkerConfig = {
    models: read(SETTINGS.models),
    host: read(SETTINGS.host)!,
    port: read(SETTINGS.port),
    apiKeys: read(SETTINGS.apiKeys).map((sum) => sum.toLowerCase()),
    allowAnonymous: read(SETTINGS.allowAnonymous),
    corsOrigins: read(SETTINGS.corsOrigins),
    limits,
    batching,
    decoding: {
      processes: read(SETTINGS.decoders),
      queue: read(SETTINGS.decoderQueue),
      memoryBytes: read(SETTINGS.decoderMemory),
      decodeMs: read(SETTINGS.decodeMs),
    },
    bodyTimeoutMs: read(SETTINGS.bodyTimeoutMs),
    rateLimit: read(SETTINGS.rateLimit),
    drainMs: read(SETTINGS.drainMs),
    adapter: read(SETTINGS.adapter)!,
    log: read(SETTINGS.log),
    otlpEndpoint: read(SETTINGS.otlpEndpoint),
  };
  checkTogether(config);
  return config;
}

/** Whether only this machine reaches a server that listens there. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

/** Variables with the worker's prefix that it does not read: a typing error, or none of its business. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set<string>(Object.values(SETTINGS).map(({ name }) => name));
  // The launcher tells its children which driver it chose.
  return Object.keys(env).filter(
    (name) => name.startsWith('MOVT_') && !known.has(name) && name !== 'MOVT_CHOSEN_DRIVER',
  );
}

function checkTogether({ host, apiKeys, allowAnonymous, limits, batching }: WorkerConfig): void {
  if (!apiKeys.length && !allowAnonymous && !isLoopback(host)) {
    throw badInput({
      action: `listening on ${host}`,
      given: 'no API key',
      needed: 'MOVT_API_KEYS, MOVT_HOST=127.0.0.1, or MOVT_ALLOW_ANONYMOUS=1',
    });
  }
  const { maxQueue, maxBatch } = batching;
  for (const [name, value] of [
    [SETTINGS.maxBatch.name, maxBatch],
    [SETTINGS.clips.name, limits.clips],
  ] as const) {
    if (value > maxQueue) {
      throw badInput({
        action: `reading ${name}`,
        given: `${value}`,
        needed: `at most ${SETTINGS.maxQueue.name}, ${maxQueue}`,
      });
    }
  }
}

function originOf(text: string): string | undefined {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  return origin === 'null' ? undefined : origin;
}
