import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../refusal.ts';
import { readFormFile } from './multipart.ts';
import { inChunks } from './testing.ts';

const seed = (Math.random() * 2 ** 32) >>> 0;
const TYPE = 'multipart/form-data; boundary=XxX';
const FILE = 'Content-Disposition: form-data; name="video"; filename="a.mp4"\r\nContent-Type: video/mp4';
const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const textOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

async function read(body: string, chunk = 5, type = TYPE): Promise<string> {
  let text = '';
  for await (const part of readFormFile(inChunks(bytesOf(body), chunk), type)) text += textOf(part);
  return text;
}

async function refused(body: string, message: RegExp, type = TYPE): Promise<void> {
  for (const chunk of [1, 7, 1e6]) {
    const error = await read(body, chunk, type).catch((thrown) => thrown);
    assert.instance(error, Refusal, `${error}`);
    assert.is(error.status, 400);
    assert.match(error.message, message);
    assert.not.match(error.message, /\n/);
  }
}

test('a file comes out as it is, whatever is in it and however it is cut', async () => {
  const almost = '\r\n--XxY\r\n--Xx\r\r\n\r\n--\r\n-\r\n--Xx';
  for (const contents of ['', 'a', '\r\n', almost, `${almost}${'-'.repeat(100)}`]) {
    for (let chunk = 1; chunk < 40; chunk++) {
      assert.is(await read(`--XxX\r\n${FILE}\r\n\r\n${contents}\r\n--XxX--\r\n`, chunk), contents);
    }
  }
  const random = createRandom(seed);
  const letters = '\r\n-Xx';
  for (let i = 0; i < 200; i++) {
    const contents = Array.from({ length: random.integer(0, 200) }, () => letters[random.integer(0, 4)]).join('');
    if (contents.includes('\r\n--XxX')) continue;
    const body = `before\r\n--XxX  \r\n${FILE}\r\n\r\n${contents}\r\n--XxX-- after`;
    assert.is(await read(body, random.integer(1, 50)), contents, `seed ${seed}`);
  }
});

test('boundaries are read quoted or not', async () => {
  const body = `--a b\r\n${FILE}\r\n\r\nx\r\n--a b--`;
  assert.is(await read(body, 9, 'multipart/form-data; charset=utf-8; boundary="a b"'), 'x');
  assert.is(await read(body.replaceAll('a b', 'ab'), 9, 'Multipart/Form-Data;boundary=ab; charset=utf-8'), 'x');
});

test('what is no form with one file is refused', async () => {
  await refused('', /ends in the middle/);
  await refused('hello'.repeat(1000), /no boundary/);
  await refused('--XxX--\r\n', /an empty form/);
  await refused(`--XxX\r\n${FILE}\r\n\r\nabc`, /ends in the middle/);
  await refused(`--XxX\r\n${FILE}\r\n\r\nabc\r\n--XxX`, /ends in the middle/);
  await refused(`--XxX\r\n${FILE}`, /ends in the middle/);
  await refused(`--XxX\r\n${'x: y\r\n'.repeat(3000)}\r\nabc\r\n--XxX--`, /no boundary or header/);
  await refused(
    '--XxX\r\nContent-Disposition: form-data; name="top"\r\n\r\n5\r\n--XxX--',
    /the part 'top', which is no file/,
  );
  await refused('--XxX\r\n\r\nabc\r\n--XxX--', /a part that is no file/);
  await refused(
    `--XxX\r\n${FILE}\r\n\r\nabc\r\n--XxX\r\n${FILE}\r\n\r\nabc\r\n--XxX--`,
    /a second part.*behind the \?/,
  );
  await refused('--XxX\r\n', /boundary=…/, 'multipart/form-data');
  await refused('--XxX\r\n', /boundary=…/, `multipart/form-data; boundary=${'x'.repeat(71)}`);
});

test.run();
