import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { badInput, MovtError } from '../runtime/errors.ts';
import { chooseDriver, chooseGpu, type Trial, tryAllDrivers } from './choose-driver.ts';
import { chosenDriver, type GpuNeed } from './chosen-driver.ts';

/** Arguments that ask about a command and need no GPU. */
const ASKING = /^(-h|--help|help|-V|--version)$/;

/**
 * Runs a command's main module on the driver that `--adapter WHICH`, else MOVT_ADAPTER, else VK_DRIVER_FILES or
 * VK_ICD_FILENAMES, else `auto` asks for, and says on standard error which that is. The option is taken out of
 * process.argv. `--adapter list` prints what there is and runs nothing.
 *
 * Where the driver needs LD_LIBRARY_PATH, which the dynamic linker reads only as a process starts, the command is
 * started again in a child, which gets this one's streams and signals and gives its exit code.
 *
 * A command that can do without a GPU says so by `needs`: then none is looked for, or none but a real one unless a certain adapter is
 * asked for.
 *
 * A bad choice is one line on standard error and exit code 2.
 */
export async function launch(
  command: string,
  main: URL,
  needs: (args: readonly string[]) => GpuNeed = () => 'any',
): Promise<void> {
  try {
    const given = process.argv.slice(2);
    const { request, rest } = takeAdapterOption(given, process.env);
    process.argv.splice(2, Infinity, ...rest);
    if (request === 'list') {
      console.log(formatTrials(await tryAllDrivers()));
      return;
    }
    const asking = rest.some((argument) => ASKING.test(argument));
    const need = needs(rest);
    if (need === 'none' && rest.length > 0 && rest.length < given.length) {
      throw badInput({
        action: 'reading --adapter',
        given: `${request} for a command line that uses no GPU`,
        needed: 'either --adapter or a --device other than gpu',
      });
    }
    const chosen = chosenDriver();
    const isSettled = chosen?.request === request && (chosen.kind !== 'none' || need === 'real');
    if (!asking && need !== 'none' && !isSettled) {
      const onlyReal = need === 'real' && request === 'auto';
      const { environment, note, kind } = await (onlyReal ? chooseGpu() : chooseDriver(request));
      if (kind !== 'none') console.error(`${command}: adapter: ${note}`);
      Object.assign(process.env, environment);
      if (environment.LD_LIBRARY_PATH) return await runAgain();
    }
  } catch (error) {
    if (!(error instanceof MovtError)) throw error;
    console.error(`${command}: ${error.message}`);
    process.exitCode = 2;
    return;
  }
  await import(main.href);
}

/**
 * Splits `--adapter WHICH` or `--adapter=WHICH` off a command line; what follows `--` is left alone.
 *
 * @returns what is asked for, by the option or by the environment, and the other arguments.
 */
export function takeAdapterOption(
  args: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
): { request: string; rest: string[] } {
  const rest: string[] = [];
  let request: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const argument = args[at];
    if (argument === '--') {
      rest.push(...args.slice(at));
      break;
    }
    if (argument === '--adapter') request = args[++at] ?? '';
    else if (argument.startsWith('--adapter=')) request = argument.slice('--adapter='.length);
    else rest.push(argument);
  }
  if (request === '') {
    throw badInput({
      action: 'reading --adapter',
      given: 'nothing after it',
      needed: "auto, gpu, lavapipe, swiftshader, list or the path of a Vulkan driver's .json",
    });
  }
  request ??= env.MOVT_ADAPTER || env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES || 'auto';
  return { request, rest };
}

/** A line for each driver: its word for `--adapter`, what Dawn made of it, features, where it is. */
function formatTrials(trials: Trial[]): string {
  const lines = trials.map(({ driver, environment, report }) => {
    const from = environment.VK_ICD_FILENAMES ?? driver.source;
    if (typeof report === 'string') return `${driver.kind.padEnd(12)}no: ${report}\n            ${from}`;
    const { name, subgroups, f16, timestamps } = report;
    const features = Object.entries({ subgroups, f16, timestamps }).flatMap(([feature, has]) => (has ? feature : []));
    return `${driver.kind.padEnd(12)}${name}; ${features.join(', ') || 'no features'}\n            ${from}`;
  });
  return lines.join('\n') || `${process.platform}: WebGPU stands on the system's own API, there is nothing to choose`;
}

/** Starts this same command line in a child, with process.env as it is now; ends as the child ends. */
async function runAgain(): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well; twice, it would cut the child's tidying up short.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  });
}
