/** Tells on standard error what is being done: one line that is rewritten on a terminal, a line a stage elsewhere. */
export interface Progress {
  /** Begins a stage: `decoding and tracking 64 points`. */
  stage(text: string): void;
  /** How far the stage is, with what else there is to say of it; seen on a terminal only. */
  advance(done: number, total: number, detail?: string): void;
  /** Says something that stays. */
  note(text: string): void;
  /** Says something that stays, in place of how far the stage was. */
  replace(text: string): void;
  /** Ends the line that was being rewritten; to be called before anything else is printed. */
  end(): void;
}

const CLEAR_LINE = '\r\x1b[K';

/**
 * @param stream where to; only its terminal-ness, width and `write` are used
 * @param program what lines begin with
 */
export function createProgress(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>,
  program = 'movt',
): Progress {
  let text = '';
  let isOpen = false;
  const show = (line: string) => {
    stream.write(CLEAR_LINE + line.slice(0, (stream.columns || 80) - 1));
    isOpen = true;
  };
  const progress: Progress = {
    stage(next) {
      progress.end();
      text = `${program}: ${next}`;
      if (stream.isTTY) show(`${text} …`);
      else stream.write(`${text} …\n`);
    },
    advance(done, total, detail = '') {
      if (stream.isTTY) show(`${text} … ${done}/${total}${detail && `, ${detail}`}`);
    },
    note(line) {
      progress.end();
      stream.write(`${program}: ${line}\n`);
    },
    replace(line) {
      stream.write(`${isOpen ? CLEAR_LINE : ''}${program}: ${line}\n`);
      isOpen = false;
    },
    end() {
      if (isOpen) stream.write('\n');
      isOpen = false;
    },
  };
  return progress;
}

/** That of this process. */
export const progress = createProgress(process.stderr);

/** A duration as people say it. */
export function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
