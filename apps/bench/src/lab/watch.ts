import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Editors write a file in several steps. */
const SETTLE_MS = 150;

/**
 * Names of files as they are saved, one at a time, for ever; what is saved while the last name is still being dealt with counts once.
 * Their folders are watched, because many editors put a new file in the place of the old one.
 */
export async function* changesOf(files: readonly string[]): AsyncGenerator<string> {
  let saved: string | undefined;
  let wake = () => {};
  const watchers: FSWatcher[] = [];
  for (const folder of new Set(files.map((file) => dirname(file)))) {
    watchers.push(
      watch(folder, (_, name) => {
        const file = files.find((file) => dirname(file) === folder && basename(file) === name);
        if (file) saved = file;
        if (saved) wake();
      }),
    );
  }
  try {
    console.error(`watching ${files.join(', ')}; Ctrl-C ends it`);
    for (;;) {
      if (!saved) await new Promise<void>((resolve) => (wake = resolve));
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const file = saved!;
      saved = undefined;
      yield file;
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}
