import process from 'node:process';

/** Resolves with the first of these signals; a second one ends the process at once. */
export function nextSignal(...signals: NodeJS.Signals[]): Promise<void> {
  return new Promise((resolve) => {
    let seen = false;
    const onSignal = () => {
      if (seen) process.exit(1);
      seen = true;
      resolve();
    };
    for (const signal of signals) process.on(signal, onSignal);
  });
}

/** Does `work` at each such signal, one after another; signals that come meanwhile are one. */
export function atEverySignal(signal: NodeJS.Signals, work: () => Promise<void>): void {
  let running = false;
  let again = false;
  const onSignal = async () => {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      await work();
    }
    running = false;
  };
  process.on(signal, () => void onSignal());
}
