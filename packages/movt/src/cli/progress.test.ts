import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createProgress } from './progress.ts';

function run(isTTY: boolean, columns: number): string {
  let written = '';
  const write = (text: string) => {
    written += text;
    return true;
  };
  const progress = createProgress({ isTTY, columns, write } as unknown as NodeJS.WriteStream);
  progress.stage('tracking');
  progress.advance(1, 2);
  progress.advance(2, 2);
  progress.note('warning: short');
  progress.stage('a stage with a long name');
  progress.end();
  progress.end();
  return written;
}

test('a terminal sees one line that is rewritten, cut to its width', () => {
  assert.is(
    run(true, 20),
    [
      '\r\x1b[Kmovt: tracking …\r\x1b[Kmovt: tracking … 1/',
      '\r\x1b[Kmovt: tracking … 2/\nmovt: warning: short\n',
      '\r\x1b[Kmovt: a stage with \n',
    ].join(''),
  );
});

test('a file sees a line a stage and no control characters', () => {
  assert.is(run(false, 0), 'movt: tracking …\nmovt: warning: short\nmovt: a stage with a long name …\n');
});

test.run();
