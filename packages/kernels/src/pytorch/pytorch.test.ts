import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MovtError } from '../runtime/errors.ts';
import { createRandom } from '../runtime/random.ts';
import { type TensorEntry, toFloat32, toNumbers } from '../safetensors/index.ts';
import { type FileToZip, writeZip } from '../testing/write-zip.ts';
import { isPytorch, parsePytorch } from './index.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const random = createRandom(seed);

const fixture = (name: string) => new Uint8Array(readFileSync(`packages/kernels/src/pytorch/fixtures/${name}.pth`));
const values = (entry: TensorEntry) => (/F/.test(entry.dtype) ? [...toFloat32(entry)] : toNumbers(entry));

/** What PyTorch 1.13 saved, beside an optimiser's state, an argparse.Namespace, a set and numbers of all kinds. */
const SAVED: Record<string, [dtype: string, shape: number[], values: number[]]> = {
  weight: ['F32', [2, 3], [0, 0.5, 1, 1.5, 2, 2.5]],
  turned: ['F32', [3, 2], [0, 1.5, 0.5, 2, 1, 2.5]],
  slice: ['F32', [2, 2], [6, 8, 11, 13]],
  half: ['F16', [2], [1.5, -2]],
  bfloat16: ['BF16', [2], [1.5, -2]],
  double: ['F64', [2], [Math.fround(0.1), -2]],
  long: ['I64', [2], [-1, 2 ** 40]],
  int: ['I32', [2], [-1, 7]],
  short: ['I16', [2], [-1, 7]],
  char: ['I8', [2], [-1, 7]],
  byte: ['U8', [2], [255, 7]],
  bool: ['BOOL', [2], [1, 0]],
  scalar: ['F32', [], [3.25]],
  empty: ['F32', [0, 3], []],
  parameter: ['F32', [1, 2], [4, 5]],
};

for (const protocol of [2, 5]) {
  test(`a training checkpoint that PyTorch wrote, protocol ${protocol}`, async () => {
    const bytes = fixture(`protocol-${protocol}`);
    assert.ok(isPytorch(bytes));
    const tensors = await parsePytorch(bytes, 'x.pth');
    assert.equal([...tensors.keys()], Object.keys(SAVED));
    for (const [name, entry] of tensors) assert.equal([entry.dtype, entry.shape, values(entry)], SAVED[name], name);
  });
}

// A pickle by hand, as Python's pickletools spells it.
const text = (string: string) => [...new TextEncoder().encode(string)];
const uint32 = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
const str = (string: string) => [0x58, ...uint32(text(string).length), ...text(string)];
const int = (value: number) => [0x4a, ...uint32(value)];
const tuple = (...items: number[][]) => [0x28, ...items.flat(), 0x74];
const global = (module: string, name: string) => [0x63, ...text(`${module}\n${name}\n`)];
const dict = (entries: Record<string, number[]>) => [
  ...[0x7d, 0x28],
  ...Object.entries(entries).flatMap(([key, value]) => [...str(key), ...value]),
  0x75,
];
const reduce = (callee: number[], args: number[]) => [...callee, ...args, 0x52];
const program = (code: readonly number[]) => Uint8Array.from([0x80, 2].concat(code, 0x2e));

interface Sketch {
  type?: string;
  key?: string;
  count?: number;
  offset?: number;
  size?: number[];
  stride?: number[];
}

const tensor = ({ type = 'FloatStorage', key = '0', count = 6, offset = 0, size = [2, 3], stride }: Sketch = {}) =>
  reduce(
    global('torch._utils', '_rebuild_tensor_v2'),
    tuple(
      [...tuple(str('storage'), global('torch', type), str(key), str('cpu'), int(count)), 0x51],
      int(offset),
      tuple(...size.map(int)),
      tuple(...(stride ?? size.map((_, axis) => size.slice(axis + 1).reduce((a, b) => a * b, 1))).map(int)),
      [0x89],
      reduce(global('collections', 'OrderedDict'), [0x29]),
    ),
  );

const SIX = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);

const archive = (pickle: Uint8Array, more: FileToZip[] = []) =>
  writeZip([{ name: 'a/data.pkl', content: pickle }, { name: 'a/data/0', content: SIX }, ...more]);

const read = (code: number[], more?: FileToZip[]) => parsePytorch(archive(program(code), more), 'x.pth');

async function refused(work: Promise<unknown>, message: RegExp, code = 'bad_input'): Promise<void> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof MovtError, `a refusal like ${message}, not ${error}`);
  assert.is(error.code, code);
  assert.match(error.message, message);
}

test('what is no data is refused by its name, and nothing comes of it', async () => {
  const system = reduce(global('os', 'system'), [...tuple(str('touch /tmp/owned'))]);
  await refused(read(system), /the global os\.system, need a state dict.*Nothing of the file was executed/);
  await refused(read(dict({ model: dict({ w: tensor() }), args: system })), /the global os\.system/);
  // By protocol 4's way, by those of protocols 0 and 4 to make objects, and by extension codes.
  await refused(read([...str('posix'), ...str('system'), 0x93]), /the global posix\.system/);
  await refused(read([0x28, ...str('ls'), 0x69, ...text('os\nsystem\n')]), /the pickle instruction INST/);
  await refused(read([0x28, ...global('argparse', 'Namespace'), 0x6f]), /the pickle instruction OBJ/);
  await refused(read([...global('argparse', 'Namespace'), 0x29, 0x7d, 0x92]), /NEWOBJ_EX/);
  await refused(read([0x82, 1]), /EXT1/);
  // Near what is allowed.
  for (const [module, name] of [
    ['torch', 'load'],
    ['torch._utils', '_rebuild_tensor'],
    ['torch.storage', '_load_from_bytes'],
    ['builtins', 'eval'],
    ['__builtin__', 'getattr'],
    ['collections', 'OrderedDict.__init__'],
    ['torch', 'FloatStorage.__reduce__'],
    ['', '__proto__'],
    ['constructor', 'constructor'],
  ]) {
    await refused(read(global(module, name)), /the global /);
  }
  await refused(read(reduce(str('os.system'), [0x29])), /a call of what is no function/);
  await refused(read(reduce(global('torch', 'FloatStorage'), [0x29])), /a call of what is no function/);
  await refused(read(reduce(global('argparse', 'Namespace'), str('x'))), /a call of what is no function/);
  await refused(read([...str('module'), 0x51]), /stored elsewhere that is no storage/);
});

test('where the weights are', async () => {
  const names = async (code: number[]) => [...(await read(code)).keys()];
  assert.equal(await names(dict({ w: tensor() })), ['w']);
  assert.equal(await names(dict({ module: dict({ w: tensor() }), other: tensor() })), ['w']);
  assert.equal(await names(dict({ model: int(3), state_dict: dict({ w: tensor() }) })), ['w']);
  await refused(read(tensor()), /got one tensor, need a state dict/);
  await refused(read(int(3)), /got no dictionary/);
  await refused(
    read(dict({ net: dict({ w: tensor() }), lr: int(1) })),
    /its keys: net, lr\), need tensors.*state_dict/,
  );
  await refused(read(dict({ w: tensor(), step: int(3) })), /'step' in the state dict, which is no tensor/);
  await refused(read([0x7d, ...int(1), ...tensor(), 0x73]), /a key that is no string/);
});

test('tensors lie in their storages', async () => {
  const one = (sketch: Sketch) => read(dict({ w: tensor(sketch) }));
  const found = async (sketch: Sketch) => values((await one(sketch)).get('w')!);
  assert.equal(await found({}), [1, 2, 3, 4, 5, 6]);
  assert.equal(await found({ size: [2, 2], stride: [1, 2], offset: 2 }), [3, 5, 4, 6]);
  assert.equal(await found({ size: [1, 6], stride: [99, 1] }), [1, 2, 3, 4, 5, 6]);
  assert.equal(await found({ size: [3, 0], offset: 9 }), []);
  assert.equal(await found({ size: [2, 3], stride: [0, 2] }), [1, 3, 5, 1, 3, 5]);
  await refused(
    one({ offset: 1 }),
    /'w' \[2,3\] with strides \[3,1\] from element 1, need all of it in a storage of 6/,
  );
  await refused(one({ size: [2, 3], stride: [4, 1] }), /need all of it/);
  await refused(one({ size: [9], stride: [0] }), /at most the 6 elements/);
  await refused(one({ size: [2 ** 30, 2 ** 30, 0, 2 ** 30], stride: [0, 0, 0, 0] }), /less than 2\^53 bytes/);
  await refused(one({ size: new Array(65).fill(1) }), /at most 64 axes/);
  await refused(one({ size: [-1] }), /sizes or strides are none/);
  await refused(one({ size: [2], stride: [-1] }), /sizes or strides are none/);
  await refused(one({ offset: -1 }), /sizes or strides are none/);
  await refused(one({ size: [2], stride: [1, 1] }), /sizes or strides are none/);
  await refused(one({ count: 7 }), /in a storage of 24 bytes, need 28 bytes of F32/);
  await refused(one({ count: 6, type: 'DoubleStorage' }), /need 48 bytes of F64/);
  await refused(one({ count: -1 }), /no storage/);
  await refused(one({ key: '1' }), /a storage that the archive lacks/);
  await refused(one({ key: '../data.pkl' }), /a storage that the archive lacks/);
  await refused(one({ type: 'QInt8Storage' }), /the global torch\.QInt8Storage/);
  // Each would be a copy of its own.
  const turned = { size: [3, 2], stride: [1, 3] };
  const many = Object.fromEntries(Array.from({ length: 3 }, (_, i) => [`w${i}`, tensor(turned)]));
  await refused(read(dict(many)), /'w2' and others before it/);
});

test("a big-endian machine's numbers", async () => {
  const storage = new Uint8Array(SIX).reverse();
  const files = [
    { name: 'a/byteorder', content: Uint8Array.from(text('big')) },
    { name: 'a/data/1', content: storage },
  ];
  const tensors = await read(dict({ w: tensor({ key: '1' }), b: tensor({ type: 'ByteStorage', size: [6] }) }), files);
  assert.equal(values(tensors.get('w')!), [6, 5, 4, 3, 2, 1]);
  assert.equal(values(tensors.get('b')!), [...SIX.subarray(0, 6)]);
});

test('other files', async () => {
  assert.ok(isPytorch(fixture('before-1.6')));
  await refused(parsePytorch(fixture('before-1.6'), 'x.pth'), /before version 1\.6.*weights_only=True/);
  assert.not(isPytorch(new TextEncoder().encode('{"a": 1}')));
  await refused(parsePytorch(new Uint8Array(9), 'x.pth'), /no zip archive/);
  const named = (name: string) => writeZip([{ name, content: program(dict({ w: tensor() })) }]);
  await refused(parsePytorch(named('data.pkl'), 'x.pth'), /without one data\.pkl/);
  await refused(parsePytorch(named('a/b/data.pkl'), 'x.pth'), /without one data\.pkl/);
  const whole = archive(program(dict({ w: tensor() })));
  const damaged = whole.slice();
  damaged[whole.length - 200] ^= 1;
  await refused(parsePytorch(damaged, 'x.pth'), /checksum|broken|should be|cut off/);
});

test('hostile pickles', async () => {
  const cut = (...code: number[]) => parsePytorch(archive(Uint8Array.from([0x80, 2, ...code])), 'x.pth');
  await refused(cut(), /cut off/);
  await refused(cut(0x58, ...uint32(2 ** 31), 1), /cut off/);
  await refused(cut(0x8e, ...uint32(0xffffffff), ...uint32(0xffffffff)), /cut off/);
  await refused(cut(0x63, 0x61), /cut off/);
  await refused(cut(0x8a, 9, 1), /cut off/);
  await refused(read([0x8b, ...uint32(-1)]), /LONG4/);
  await refused(read([0x80, 6]), /pickle protocol 6/);
  await refused(read([0xff]), /the pickle instruction 0xff/);
  await refused(read([0x52]), /takes more than it has put down/);
  await refused(read([0x4e, 0x28, 0x85]), /takes more than it has put down/);
  await refused(read([0x74]), /takes more than it has put down/);
  await refused(read([0x68, 7]), /recalls what it has not remembered/);
  await refused(read([0x4e, 0x4e]), /leaves something behind/);
  await refused(read([0x4e, 0x4e, 0x61]), /items for what is no list/);
  await refused(read([0x7d, 0x28, 0x4e, 0x75]), /entries for what is no dictionary/);
  await refused(read([0x58, ...uint32(1), 0xff]), /not UTF-8/);
  // A million levels, a million notes, one list that holds itself.
  const deep = new Array<number>(2 ** 19).fill(0x5d).flatMap((open) => [open, 0x85]);
  await refused(read(deep), /more than 1048576 instructions/);
  await refused(read(deep.slice(64)), /leaves something behind/);
  await refused(read(dict({}).concat(new Array(2 ** 20).fill(0x94))), /more than 1048576 instructions/);
  await refused(read([0x5d, 0x71, 0, 0x68, 0, 0x61]), /no dictionary/);
  const claiming = (size: number) => writeZip([{ name: 'a/data.pkl', content: SIX, size }]);
  await refused(parsePytorch(claiming(2 ** 26 + 1), 'x.pth'), /a pickle of 67108865 bytes/, 'limit_exceeded');
  await refused(parsePytorch(claiming(2 ** 31), 'x.pth'), /bytes when inflated/, 'limit_exceeded');
  // Deflated files are read too; not more of them than they say they are.
  const zeros = new Uint8Array(2 ** 16);
  const packed = (size: number) => [{ name: 'a/data/1', content: zeros, deflated: deflateRawSync(zeros), size }];
  const large = dict({ w: tensor({ key: '1', count: 2 ** 14, size: [2 ** 14] }) });
  assert.is(values((await read(large, packed(2 ** 16))).get('w')!).length, 2 ** 14);
  await refused(read(large, packed(2 ** 10)), /'a\/data\/1' with other bytes than its size/);
});

test('a corrupted file is read or refused, never anything else', async () => {
  const pickle = program(dict({ w: tensor(), v: tensor({ size: [3, 2], stride: [1, 3] }) }));
  // The bytes of the program alone, so that no checksum shields it.
  const wholes = [fixture('protocol-2'), fixture('protocol-5')];
  for (let round = 0; round < 800; round++) {
    const inPickle = round % 2 === 0;
    const bytes = (inPickle ? pickle : wholes[(round >> 1) % 2]).slice();
    for (let edits = random.integer(1, 4); edits > 0; edits--) {
      bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 1) ? random.integer(0, 255) : random.integer(0, 8);
    }
    try {
      await parsePytorch(inPickle ? archive(bytes) : bytes, 'x.pth');
    } catch (error) {
      assert.ok(error instanceof MovtError, `seed ${seed}, round ${round}: ${(error as Error).stack}`);
    }
  }
});

test.run();
