import { spawn } from 'node:child_process';

/** A file that is at work for longer hangs; the slowest kernels take a minute on a software adapter. */
const TIMEOUT_MS = 300_000;
/** uvu has printed its totals, and something keeps the process alive. */
const LINGER_MS = 5_000;

const running = new Set();

/** Ends every process that runTestFile() has started. */
export function killAll() {
  for (const child of running) killGroup(child);
}

/**
 * Runs one bundled test file in a process group of its own, which is gone when this returns.
 *
 * uvu exits with 0 when a file forgets `.run()` and when a `before` hook throws, and a handle left open keeps it for
 * ever: so its totals are read, and the exit code alone passes nothing.
 *
 * @param {string[]} command program, arguments, file
 * @param {NodeJS.ProcessEnv} env
 * @returns counts; `problem`, in words, where something is wrong beside failed assertions (it counts as one failure);
 *   `output`, all that was printed; `seconds`.
 */
export async function runTestFile(command, env, { timeoutMs = TIMEOUT_MS, lingerMs = LINGER_MS } = {}) {
  const start = performance.now();
  const child = spawn(command[0], command.slice(1), { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  let stopped = '';
  const stop = (reason) => {
    stopped ||= reason;
    killGroup(child);
  };
  const timeout = setTimeout(stop, timeoutMs, `timed out after ${timeoutMs / 1000} s`);
  let linger;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (/^ {2}Duration: /m.test(text))
        linger = setTimeout(stop, lingerMs, 'did not end after its tests: a handle is open');
    });
  }
  const end = await new Promise((resolve) => {
    child.on('error', (error) => resolve({ end: error.message }));
    // What the file itself started ends with it, and with that the pipes close.
    child.on('exit', () => killGroup(child));
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  clearTimeout(timeout);
  clearTimeout(linger);
  running.delete(child);
  return { ...judge(output, stopped, end), output, seconds: (performance.now() - start) / 1000 };
}

/** @param {number | string | { end: string }} end exit code, signal or why the process could not be started */
function judge(output, stopped, end) {
  const total = lastCount(output, 'Total');
  const passed = lastCount(output, 'Passed') ?? 0;
  const skipped = lastCount(output, 'Skipped') ?? 0;
  const unfulfilled = (total ?? 0) - passed;
  const how = typeof end === 'object' ? end.end : typeof end === 'string' ? end : `exit code ${end}`;
  let problem = stopped;
  if (!problem && !total) problem = end === 0 ? 'ran no test: is test.run() missing?' : `crashed: ${how}`;
  if (!problem && !unfulfilled && end !== 0) problem = `crashed after its tests: ${how}`;
  const silent = !problem && unfulfilled && end === 0;
  return {
    passed,
    skipped,
    failed: unfulfilled + (problem ? 1 : 0),
    problem: silent ? 'tests did not run: a before hook threw' : problem,
  };
}

function lastCount(output, label) {
  const found = output.match(new RegExp(`^ {2}${label}: +(\\d+)$`, 'gm'))?.at(-1);
  return found && Number(found.split(':')[1]);
}

function killGroup({ pid }) {
  if (!pid) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // it is gone
  }
}
