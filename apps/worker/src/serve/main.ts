import process from 'node:process';
import { MovtError } from '@movt/kernels';
import manifest from '../../package.json' with { type: 'json' };
import { parseConfig, unknownVariables, type WorkerConfig } from '../config.ts';
import { Refusal } from '../refusal.ts';
import { helpText } from './help.ts';
import { jsonLog } from './json-log.ts';
import type { Listen } from './listen.ts';
import { runWorker, type WorkerParts } from './run-worker.ts';

/** Makes, or will make, what is served. */
export type Assemble = (
  config: WorkerConfig,
  log: (line: object) => void,
) => Promise<Pick<WorkerParts, 'makeService' | 'makeApp'>>;

/**
 * The whole process of a worker: reads the configuration, serves until it is told to stop, and ends.
 *
 * Exit code 0 where every accepted request was answered, 1 where some were cut or something broke, 2 for what a user can put right.
 */
export async function main(listen: Listen, assemble: Assemble): Promise<void> {
  const args = process.argv.slice(2);
  if (args.length) {
    const isHelp = args.length === 1 && /^(-h|--help|help)$/.test(args[0]);
    if (isHelp) console.log(helpText());
    else
      console.error(`worker: got ${args.join(' ')}, need no argument: settings are environment variables, see --help`);
    process.exit(isHelp ? 0 : 2);
  }
  try {
    process.exit((await serve(listen, assemble)) ? 0 : 1);
  } catch (error) {
    if (!(error instanceof MovtError || error instanceof Refusal)) throw error;
    console.error(`worker: ${error.message.replaceAll('\n', ' ')}`);
    process.exit(2);
  }
}

async function serve(listen: Listen, assemble: Assemble): Promise<boolean> {
  const config = parseConfig(process.env);
  const log = jsonLog(config.log, (line) => process.stdout.write(`${line}\n`));
  const unknown = unknownVariables(process.env);
  if (unknown.length) log({ level: 'warn', event: 'unknown variables', names: unknown });
  return await runWorker({ config, log, listen, version: manifest.version, ...(await assemble(config, log)) });
}
