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

/** @param stream where to; only its terminal-ness, width and `write` are used */
export function createProgress(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>): Progress {
  let text = '';
  let isOpen = false;
  const show = (line: string) => {
    stream.write(CLEAR_LINE + line.slice(0, (stream.columns || 80) - 1));
    isOpen = true;
  };
  const progress: Progress = {
    stage(next) {
      progress.end();
      text = `movt: ${next}`;
      if (stream.isTTY) show(`${text} …`);
      else stream.write(`${text} …\n`);
    },
    advance(done, total, detail = '') {
      if (stream.isTTY) show(`${text} … ${done}/${total}${detail && `, ${detail}`}`);
    },
    note(line) {
      progress.end();
      stream.write(`movt: ${line}\n`);
    },
    replace(line) {
      stream.write(`${isOpen ? CLEAR_LINE : ''}movt: ${line}\n`);
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
