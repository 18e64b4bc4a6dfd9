import { badInput, limitExceeded } from '../runtime/errors.ts';
import { DTYPE_BYTES, elementCount, type TensorEntry } from '../safetensors/dtype.ts';
import { gatherStrided, swapBytes } from '../safetensors/layout.ts';
import { openZip, type ZippedFile } from '../zip/index.ts';
import { StoredTensor, TORCH_WORLD } from './objects.ts';
import { PickleDict, PickleFault, type PickleValue, runPickle } from './pickle.ts';
import { isContiguous, tensorFault } from './tensor.ts';

/** What deflated files of an archive may come to; torch.save deflates none. */
const MAX_INFLATED_BYTES = 2 ** 30;
/** Names and shapes of a hundred thousand tensors. */
const MAX_PICKLE_BYTES = 2 ** 26;
/** Where training scripts keep the weights among other things: theirs, DeepSpeed's, Lightning's. */
const STATE_DICT_KEYS = ['model', 'module', 'state_dict'];

const NEEDED = 'a state dict: tensors, numbers, strings, lists and dictionaries';
const RESAVE = 'Nothing of the file was executed. Save the weights alone: torch.save(model.state_dict(), path).';

type Refuse = (given: string, needed?: string, fix?: string) => Error;

/** Whether a file begins as one that torch.save wrote: a zip archive, or, before PyTorch 1.6, a bare pickle. */
export function isPytorch(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x50 && bytes[1] === 0x4b) || isOldPytorch(bytes);
}

/** The pickle of the number 0x1950a86a20f9469cfc6c, with which such a file begins. */
const isOldPytorch = (bytes: Uint8Array) => [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46].every((b, i) => bytes[i] === b);

/**
 * Reads the weights in a file that torch.save wrote (.pth, .pt, .bin; PyTorch 1.6 and later) and that someone else may have made up. Its
 * pickle is run by a machine that knows tensors, numbers, strings, lists and dictionaries and executes nothing; every tensor is held
 * against the storage that it says it lies in. The weights are the file's dictionary, or the one in it under `model`, `module` or
 * `state_dict`.
 *
 * @param bytes The whole file. Tensors that lie in it as they should are views of it; others are copied.
 * @param source Its name, for messages.
 * @returns Tensors in the order of the file.
 * @throws MovtError bad_input that names what is at fault: a global, an instruction, a tensor; limit_exceeded for archives that inflate by
 * more than 1 GiB
 */
export async function parsePytorch(bytes: Uint8Array, source: string): Promise<Map<string, TensorEntry>> {
  const refuse: Refuse = (given, needed = NEEDED, fix) =>
    badInput({ action: `reading ${source}`, given, needed, ...(fix && { fix }) });
  if (isOldPytorch(bytes)) {
    throw refuse(
      'the format that PyTorch had before version 1.6',
      'the zip format that came after it',
      'Save it again with a newer PyTorch: torch.save(torch.load(path, weights_only=True), path).',
    );
  }
  // Stored files cost nothing to read; what is deflated could become anything.
  const files = openZip(bytes, source, bytes.length + MAX_INFLATED_BYTES);
  const folder = findFolder(files, refuse);
  const root = await readPickle(files.get(`${folder}data.pkl`)!, source, refuse);
  const order = await files.get(`${folder}byteorder`)?.read();
  const isBig = order !== undefined && new TextDecoder().decode(order).trim() === 'big';

  const storages = new Map<string, Uint8Array>();
  let [held, copied] = [0, 0];
  const tensors = new Map<string, TensorEntry>();
  for (const [key, value] of findStateDict(root, refuse)) {
    if (typeof key !== 'string') throw refuse('a state dict with a key that is no string');
    const name = `'${key.slice(0, 100)}'`;
    if (!(value instanceof StoredTensor)) throw refuse(`${name} in the state dict, which is no tensor`);
    let storage = storages.get(value.key);
    if (!storage) {
      const file = files.get(`${folder}data/${value.key}`);
      if (!file) throw refuse(`tensor ${name} in a storage that the archive lacks`, 'a whole archive');
      storage = await file.read();
      storages.set(value.key, storage);
      held += storage.length;
    }
    const fault = tensorFault(value, storage.length);
    if (fault) throw refuse(`tensor ${name} ${fault.given}`, fault.needed);

    const { dtype, shape, strides, offset } = value;
    const width = DTYPE_BYTES[dtype];
    const length = elementCount(shape) * width;
    const isTurned = isBig && width > 1;
    if (isTurned || !isContiguous(value)) copied += length;
    if (copied > 2 * held) {
      const given = `tensor ${name} and others before it, which are more than twice what their storages hold`;
      throw refuse(given, 'tensors that are contiguous');
    }
    const begin = Math.min(offset * width, storage.length);
    let data = isContiguous(value)
      ? storage.subarray(begin, begin + length)
      : gatherStrided(storage.subarray(begin), shape, strides, width);
    if (isTurned) data = swapBytes(data, width);
    tensors.set(key, { dtype, shape, data });
  }
  return tensors;
}

/** The folder that everything in the archive lies in, with a slash. */
function findFolder(files: ReadonlyMap<string, ZippedFile>, refuse: Refuse): string {
  const found = [...files.keys()].filter((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (found.length === 1) return found[0].slice(0, -'data.pkl'.length);
  throw refuse('a zip archive without one data.pkl in a folder', 'a file that torch.save wrote');
}

async function readPickle(file: ZippedFile, source: string, refuse: Refuse): Promise<PickleValue> {
  if (file.size > MAX_PICKLE_BYTES) {
    const given = `a pickle of ${file.size} bytes`;
    throw limitExceeded({ action: `reading ${source}`, given, needed: `at most ${MAX_PICKLE_BYTES}` });
  }
  const program = await file.read();
  try {
    return runPickle(program, TORCH_WORLD);
  } catch (error) {
    throw error instanceof PickleFault ? refuse(error.message, NEEDED, RESAVE) : error;
  }
}

/** The dictionary of tensors, at the top or under one of the usual keys. */
function findStateDict(root: PickleValue, refuse: Refuse): Map<PickleValue, PickleValue> {
  if (!(root instanceof PickleDict)) throw refuse(root instanceof StoredTensor ? 'one tensor' : 'no dictionary');
  const holdsTensors = (dict: PickleDict) => [...dict.entries.values()].some((value) => value instanceof StoredTensor);
  for (const key of STATE_DICT_KEYS) {
    const inner = root.entries.get(key);
    if (inner instanceof PickleDict && holdsTensors(inner)) return inner.entries;
  }
  if (holdsTensors(root)) return root.entries;
  const keys = [...root.entries.keys()].slice(0, 8).map((key) => (typeof key === 'string' ? key.slice(0, 40) : '?'));
  throw refuse(
    `a dictionary without tensors (its keys: ${keys.join(', ') || 'none'})`,
    `tensors in it, or in a dictionary under ${STATE_DICT_KEYS.join(', ')}`,
  );
}
