import { badInput } from '@movt/kernels';
import { type LogLevel, SETTINGS } from './environment.ts';
import { readSetting, type Setting } from './settings.ts';
import type { VideoLimits } from './video/videos.ts';

/** The most that a request may bring. A body that is no video is counted once more as it is decompressed. */
export interface Limits extends VideoLimits {
  /** Of a request. */
  readonly clips: number;
}

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
