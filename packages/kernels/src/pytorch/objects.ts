import type { DType } from '../safetensors/dtype.ts';
import { PickleDict, PickleFault, type PickleObject, type PickleValue, type PickleWorld } from './pickle.ts';

/** A tensor as its file describes it: a view of a storage, nothing checked but types. */
export class StoredTensor implements PickleObject {
  readonly kind = 'tensor';
  readonly dtype: DType;
  /** The file in the archive that holds the storage. */
  readonly key: string;
  /** Elements of the storage. */
  readonly count: number;
  /** Where the tensor begins, in elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.dtype = storage.dtype;
    this.key = storage.key;
    this.count = storage.count;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

interface Storage extends PickleObject {
  readonly kind: 'storage';
  readonly dtype: DType;
  readonly key: string;
  readonly count: number;
}

/** A name that a pickle may use; `call` answers for it. */
interface Global extends PickleObject {
  readonly kind: 'global';
  readonly name: string;
  readonly dtype?: DType;
  readonly call?: (args: readonly PickleValue[]) => PickleValue;
}

const STORAGES: Readonly<Record<string, DType>> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  DoubleStorage: 'F64',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  ByteStorage: 'U8',
  CharStorage: 'I8',
  BoolStorage: 'BOOL',
};

const isCount = (value: PickleValue): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: PickleValue): value is number[] => Array.isArray(value) && value.every(isCount);
const isGlobal = (value: PickleValue | undefined): value is Global => (value as PickleObject | null)?.kind === 'global';
const isStorage = (value: PickleValue): value is Storage => (value as PickleObject | null)?.kind === 'storage';

/** torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks, metadata). */
function rebuildTensor([storage, offset, size, stride]: readonly PickleValue[]): PickleValue {
  if (isStorage(storage) && isCount(offset) && isCounts(size) && isCounts(stride) && size.length === stride.length) {
    return new StoredTensor(storage, offset, [...size], [...stride]);
  }
  throw new PickleFault('a tensor whose storage, offset, sizes or strides are none');
}

/** torch._utils._rebuild_parameter(data, requires_grad, backward_hooks). */
function rebuildParameter([data]: readonly PickleValue[]): PickleValue {
  if (data instanceof StoredTensor) return data;
  throw new PickleFault('a parameter that is no tensor');
}

function emptyDict(args: readonly PickleValue[]): PickleValue {
  if (args.length === 0) return new PickleDict();
  throw new PickleFault('an OrderedDict made from something');
}

/** An object without contents, for what training leaves in a file beside the weights. */
const marker = (): PickleObject => ({ kind: 'marker' });

const GLOBALS: readonly Global[] = [
  ...Object.entries(STORAGES).map(([name, dtype]): Global => ({ kind: 'global', name: `torch.${name}`, dtype })),
  { kind: 'global', name: 'torch._utils._rebuild_tensor_v2', call: rebuildTensor },
  { kind: 'global', name: 'torch._utils._rebuild_parameter', call: rebuildParameter },
  { kind: 'global', name: 'collections.OrderedDict', call: emptyDict },
  { kind: 'global', name: 'torch.Size', call: ([sizes = []]) => sizes },
  { kind: 'global', name: 'argparse.Namespace', call: marker },
  { kind: 'global', name: 'builtins.set', call: marker },
];

const KNOWN = new Map(GLOBALS.map((global) => [global.name, global]));

/**
 * What a state dict may be made of: tensors, dictionaries, numbers and strings. `argparse.Namespace` (the options of a training run, which
 * many keep beside the weights) and sets become markers without contents. Any other name is refused before anything is done with it.
 */
export const TORCH_WORLD: PickleWorld = {
  find(module, name) {
    // Protocol 2 calls `builtins` by its name in Python 2.
    const full = `${module === '__builtin__' ? 'builtins' : module}.${name}`;
    const global = KNOWN.get(full);
    if (!global) throw new PickleFault(`the global ${full.slice(0, 100)}`);
    return global;
  },
  call(callee, args) {
    const call = isGlobal(callee) ? callee.call : undefined;
    if (!call || !Array.isArray(args)) throw new PickleFault('a call of what is no function');
    return call(args);
  },
  load(id) {
    const [what, type, key, , count] = Array.isArray(id) ? id : [];
    const dtype = isGlobal(type) ? type.dtype : undefined;
    if (what !== 'storage' || !dtype || typeof key !== 'string' || !isCount(count)) {
      throw new PickleFault('something stored elsewhere that is no storage');
    }
    return { kind: 'storage', dtype, key, count } as Storage;
  },
};
