import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** What Dawn said about a driver. */
export interface AdapterReport {
  /** The adapter's name and its driver's version, in the driver's words. */
  name: string;
  /** A CPU pretends to be a GPU. */
  software: boolean;
  subgroups: boolean;
  f16: boolean;
  timestamps: boolean;
}

/** Dawn with a good driver answers in a quarter of a second; one that takes this long hangs. */
const TIMEOUT_MS = 20_000;

/** Text, because it runs in a process of its own from wherever this file was bundled to. */
const PROGRAM = `
const { create } = await import(process.argv[1]);
const gpu = create([]);
const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
if (!adapter) process.exit(3);
const { description, device, vendor, isFallbackAdapter } = adapter.info;
const has = (feature) => adapter.features.has(feature);
console.log(JSON.stringify({
  name: description || device || vendor || 'unnamed adapter',
  software: isFallbackAdapter,
  subgroups: has('subgroups'),
  f16: has('shader-f16'),
  timestamps: has('timestamp-query'),
}));
process.exit(0);
`;

/**
 * Starts Dawn in a child process with `environment` added to this one's, because that is the one way to tell whether
 * it accepts a driver: versions do not say, and a driver that is broken takes its process down.
 *
 * @returns the adapter it got, or in words why it got none.
 */
export async function probeVulkan(environment: Record<string, string>): Promise<AdapterReport | string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, import.meta.resolve('webgpu')], {
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
  });
  const [output, errors, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (end === 'exit code 0') return JSON.parse(output);
  const complaint = errors.split('\n').findLast((line) => /^(Warning|Error|\w*Error): /.test(line));
  return complaint?.replace(/^\w+: /, '') ?? (end === 'exit code 3' ? 'Dawn offers no adapter' : `Dawn ended: ${end}`);
}
