import { tmpdir } from 'node:os';
import { MovtError } from '../runtime/errors.ts';
import { CHOSEN_DRIVER, type ChosenDriver } from './chosen-driver.ts';
import { type Driver, findDrivers, type Machine, thisMachine } from './vulkan-drivers.ts';
import { type AdapterReport, probeVulkan } from './vulkan-probe.ts';

/** A driver that Dawn starts on. */
export interface DriverChoice extends ChosenDriver {
  /** To be set before the first use of WebGPU; LD_LIBRARY_PATH, where it is here, before the process starts. */
  environment: Record<string, string>;
}

/** What came of trying one driver. */
export interface Trial {
  driver: Driver;
  environment: Record<string, string>;
  /** The adapter, or why there is none. */
  report: AdapterReport | string;
}

/**
 * Chooses the Vulkan driver of this process or of its children.
 *
 * On Linux: a real GPU, else Mesa's lavapipe where it is installed and new enough for Dawn (its speed is about three
 * times SwiftShader's), else SwiftShader out of an npm package. Each is started once in a child process and the first on
 * which Dawn offers an adapter is taken. Elsewhere Dawn stands on Metal or Direct3D and there is nothing to choose.
 *
 * @param request `auto`, `gpu`, `lavapipe`, `swiftshader` or the path of a driver's manifest; see requestedDriver().
 * @throws MovtError `bad_input` for any other request, `no_adapter` when Dawn starts on none that the request allows.
 */
export async function chooseDriver(request: string, machine?: Machine): Promise<DriverChoice> {
  if (process.platform !== 'linux') return native(request);
  const { choice, refusals } = await firstThatStarts(request, findDrivers(request, machine ?? thisMachine()));
  if (choice) return choice;
  throw new MovtError(
    'no_adapter',
    `choosing an adapter: got ${request}, and Dawn starts on none: ${refusals.join('; ') || 'nothing of it is installed'}. ` +
      'Run with --adapter list to see what there is, or --adapter auto.',
  );
}

/**
 * As `chooseDriver('auto')`, but a real GPU or nothing: software drivers are not looked at, let alone unpacked.
 *
 * @returns a choice of the kind `none` where there is no GPU; its note says what there was instead
 */
export async function chooseGpu(machine?: Machine): Promise<DriverChoice> {
  if (process.platform !== 'linux') return native('auto');
  const gpus = findDrivers('auto', machine ?? thisMachine()).filter(({ kind }) => kind === 'gpu');
  const { choice, refusals } = await firstThatStarts('auto', gpus);
  if (choice) return choice;
  const none = { request: 'auto', kind: 'none', note: ['there is no GPU', ...refusals].join('; ') } as const;
  return { ...none, environment: marks(none) };
}

/** The first driver that Dawn starts on, and why those before it will not do. */
async function firstThatStarts(
  request: string,
  drivers: readonly Driver[],
): Promise<{ choice?: DriverChoice; refusals: string[] }> {
  const refusals: string[] = [];
  for (const driver of drivers) {
    const { environment, report } = await tryDriver(driver);
    if (typeof report === 'string') {
      refusals.push(`${driver.kind} (${driver.source}): ${report}`);
      continue;
    }
    const from = environment.VK_ICD_FILENAMES ?? driver.source;
    const note = [`${report.name} (${driver.kind}, ${from})`, ...refusals.map((line) => `not ${line}`)].join('; ');
    const chosen = { request, kind: driver.kind, note };
    return { choice: { ...chosen, environment: { ...environment, ...quiet(), ...marks(chosen) } }, refusals };
  }
  return { refusals };
}

/** Every driver on this machine and what comes of starting Dawn on it. */
export async function tryAllDrivers(machine: Machine = thisMachine()): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const driver of findDrivers('list', machine)) trials.push(await tryDriver(driver));
  return trials;
}

async function tryDriver(driver: Driver): Promise<Trial> {
  try {
    const environment = await driver.environment();
    const report = await probeVulkan(environment);
    const isGpu = driver.kind !== 'gpu' || typeof report === 'string' || !report.software;
    return { driver, environment, report: isGpu ? report : `only ${(report as AdapterReport).name}, a CPU` };
  } catch (error) {
    if (!(error instanceof MovtError)) throw error;
    return { driver, environment: {}, report: error.message };
  }
}

function native(request: string): DriverChoice {
  if (request !== 'auto' && request !== 'gpu') {
    throw new MovtError(
      'bad_input',
      `choosing an adapter: got ${request}, need auto or gpu on ${process.platform}: other drivers are for Linux.`,
    );
  }
  const choice = { request, kind: 'native', note: `what ${process.platform} offers` } as const;
  return { ...choice, environment: marks(choice) };
}

/** Passes the choice on, so that children of this process use it instead of choosing again. */
function marks(choice: ChosenDriver): Record<string, string> {
  return { [CHOSEN_DRIVER]: JSON.stringify(choice), MOVT_ADAPTER: choice.request };
}

/** Vulkan's window code warns where this is not set, though no window is opened. */
function quiet(): Record<string, string> {
  return process.env.XDG_RUNTIME_DIR ? {} : { XDG_RUNTIME_DIR: tmpdir() };
}
