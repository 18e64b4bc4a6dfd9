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
  progress.stage('training');
  progress.advance(1, 2, 'loss 3');
  progress.replace('epoch 1');
  progress.replace('epoch 2');
  progress.stage('a stage with a long name');
  progress.end();
  progress.end();
  return written;
}

test('a terminal sees one line that is rewritten, cut to its width', () => {
  assert.is(
    run(true, 30),
    [
      '\r\x1b[Kmovt: tracking …\r\x1b[Kmovt: tracking … 1/2',
      '\r\x1b[Kmovt: tracking … 2/2\nmovt: warning: short\n',
      '\r\x1b[Kmovt: training …\r\x1b[Kmovt: training … 1/2, loss 3',
      '\r\x1b[Kmovt: epoch 1\nmovt: epoch 2\n',
      '\r\x1b[Kmovt: a stage with a long nam\n',
    ].join(''),
  );
});

test('a file sees a line a stage and no control characters', () => {
  const lines = ['tracking …', 'warning: short', 'training …', 'epoch 1', 'epoch 2', 'a stage with a long name …'];
  assert.is(run(false, 0), lines.map((line) => `movt: ${line}\n`).join(''));
});

test.run();
