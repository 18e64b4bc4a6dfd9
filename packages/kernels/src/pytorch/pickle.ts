/** A dictionary of the pickled program. Keys are compared as Map does. */
export class PickleDict {
  readonly entries = new Map<PickleValue, PickleValue>();
}

/** Whatever the caller's `PickleWorld` makes stand for an object of its own. */
export interface PickleObject {
  readonly kind: string;
}

/** Lists and tuples are both arrays; whole numbers beyond ±2⁵³ are bigints. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleDict
  | PickleObject
  | PickleValue[];

/** The only way from a pickle to anything outside of it. Each throws for what it does not know. */
export interface PickleWorld {
  /** What stands for Python's `module.name`. */
  find(module: string, name: string): PickleValue;
  /** What stands for `callee(*args)`, or for an object made by `callee.__new__(callee, *args)`. */
  call(callee: PickleValue, args: PickleValue): PickleValue;
  /** What stands for an object that is stored elsewhere. */
  load(id: PickleValue): PickleValue;
}

/** A pickle that is malformed, too long, or asks for something else than data. The message completes "got …". */
export class PickleFault extends Error {}

/** A tensor takes some 30 instructions, its optimiser's two moments as many again each. */
const MAX_INSTRUCTIONS = 2 ** 20;

/** Instructions that this machine does not have, by the names that Python's pickletools gives them. */
const REFUSED: Readonly<Record<number, string>> = {
  48: 'POP',
  49: 'POP_MARK',
  50: 'DUP',
  70: 'FLOAT',
  73: 'INT',
  76: 'LONG',
  80: 'PERSID',
  83: 'STRING',
  86: 'UNICODE',
  100: 'DICT',
  103: 'GET',
  105: 'INST',
  108: 'LIST',
  111: 'OBJ',
  112: 'PUT',
  130: 'EXT1',
  131: 'EXT2',
  132: 'EXT4',
  139: 'LONG4',
  145: 'FROZENSET',
  146: 'NEWOBJ_EX',
  150: 'BYTEARRAY8',
  151: 'NEXT_BUFFER',
  152: 'READONLY_BUFFER',
};

/**
 * Runs a pickle of protocol 2 to 5 as far as it is data: numbers, strings, lists, tuples, dictionaries, and what `world` lets stand for
 * Python's objects. A pickle is a program for a stack machine; nothing of Python is here for it to call.
 * https://github.com/python/cpython/blob/main/Lib/pickletools.py
 *
 * Time and memory are bounded by the length of `bytes`; nothing recurses.
 *
 * @throws PickleFault
 */
export function runPickle(bytes: Uint8Array, world: PickleWorld): PickleValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const memo = new Map<number, PickleValue>();
  const marks: number[] = [];
  const stack: PickleValue[] = [];
  let at = 0;

  /** Moves past `count` bytes and says where they begin. */
  const take = (count: number): number => {
    if (!(count <= bytes.length - at)) throw new PickleFault('a pickle that is cut off');
    at += count;
    return at - count;
  };
  const takeBytes = (count: number) => bytes.slice(take(count), at);
  const takeText = (count: number): string => {
    try {
      return decoder.decode(bytes.subarray(take(count), at));
    } catch (error) {
      throw error instanceof PickleFault ? error : new PickleFault('a string that is not UTF-8');
    }
  };
  const takeLine = (): string => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw new PickleFault('a pickle that is cut off');
    const line = takeText(end - at);
    at++;
    return line;
  };
  const uint8 = () => bytes[take(1)];
  const uint32 = () => view.getUint32(take(4), true);
  const uint64 = () => Number(view.getBigUint64(take(8), true));

  const pop = (): PickleValue => {
    if (stack.length <= (marks.at(-1) ?? 0)) throw new PickleFault('a pickle that takes more than it has put down');
    return stack.pop()!;
  };
  const top = (): PickleValue => {
    if (stack.length <= (marks.at(-1) ?? 0)) throw new PickleFault('a pickle that takes more than it has put down');
    return stack[stack.length - 1];
  };
  /** All since the last mark. */
  const popMarked = (): PickleValue[] => {
    const mark = marks.pop();
    if (mark === undefined) throw new PickleFault('a pickle that takes more than it has put down');
    const items = stack.slice(mark);
    stack.length = mark;
    return items;
  };
  const popSeveral = (count: number): PickleValue[] => Array.from({ length: count }, pop).reverse();
  const popText = (): string => {
    const text = pop();
    if (typeof text !== 'string') throw new PickleFault('the name of a global that is no string');
    return text;
  };

  const append = (items: readonly PickleValue[]) => {
    const list = top();
    if (!Array.isArray(list)) throw new PickleFault('items for what is no list');
    for (const item of items) list.push(item);
  };
  const setItems = (items: readonly PickleValue[]) => {
    const dict = top();
    if (!(dict instanceof PickleDict) || items.length % 2) throw new PickleFault('entries for what is no dictionary');
    for (let i = 0; i < items.length; i += 2) dict.entries.set(items[i], items[i + 1]);
  };
  const remember = (key: number) => memo.set(key, top());
  const recall = (key: number): PickleValue => {
    const value = memo.get(key);
    if (value === undefined) throw new PickleFault('a pickle that recalls what it has not remembered');
    return value;
  };

  const steps: Readonly<Record<number, () => void>> = {
    // PROTO
    128: () => {
      const protocol = uint8();
      if (protocol < 2 || protocol > 5) throw new PickleFault(`pickle protocol ${protocol}`);
    },
    149: () => take(8), // FRAME
    40: () => marks.push(stack.length), // MARK

    78: () => stack.push(null), // NONE
    136: () => stack.push(true), // NEWTRUE
    137: () => stack.push(false), // NEWFALSE
    75: () => stack.push(uint8()), // BININT1
    77: () => stack.push(view.getUint16(take(2), true)), // BININT2
    74: () => stack.push(view.getInt32(take(4), true)), // BININT
    138: () => stack.push(wholeNumber(takeBytes(uint8()))), // LONG1
    71: () => stack.push(view.getFloat64(take(8), false)), // BINFLOAT: the one number that is big-endian

    88: () => stack.push(takeText(uint32())), // BINUNICODE
    140: () => stack.push(takeText(uint8())), // SHORT_BINUNICODE
    141: () => stack.push(takeText(uint64())), // BINUNICODE8
    84: () => stack.push(takeText(uint32())), // BINSTRING: Python 2's
    85: () => stack.push(takeText(uint8())), // SHORT_BINSTRING
    66: () => stack.push(takeBytes(uint32())), // BINBYTES
    67: () => stack.push(takeBytes(uint8())), // SHORT_BINBYTES
    142: () => stack.push(takeBytes(uint64())), // BINBYTES8

    41: () => stack.push([]), // EMPTY_TUPLE
    116: () => stack.push(popMarked()), // TUPLE
    133: () => stack.push(popSeveral(1)), // TUPLE1
    134: () => stack.push(popSeveral(2)), // TUPLE2
    135: () => stack.push(popSeveral(3)), // TUPLE3
    93: () => stack.push([]), // EMPTY_LIST
    97: () => append([pop()]), // APPEND
    101: () => append(popMarked()), // APPENDS
    125: () => stack.push(new PickleDict()), // EMPTY_DICT
    115: () => setItems(popSeveral(2)), // SETITEM
    117: () => setItems(popMarked()), // SETITEMS
    143: () => stack.push(world.call(world.find('builtins', 'set'), [])), // EMPTY_SET
    144: () => popMarked(), // ADDITEMS: a set's contents matter to no tensor

    113: () => remember(uint8()), // BINPUT
    114: () => remember(uint32()), // LONG_BINPUT
    148: () => remember(memo.size), // MEMOIZE
    104: () => stack.push(recall(uint8())), // BINGET
    106: () => stack.push(recall(uint32())), // LONG_BINGET

    99: () => stack.push(world.find(takeLine(), takeLine())), // GLOBAL
    // STACK_GLOBAL
    147: () => {
      const name = popText();
      stack.push(world.find(popText(), name));
    },
    // REDUCE and NEWOBJ
    82: () => call(),
    129: () => call(),
    81: () => stack.push(world.load(pop())), // BINPERSID
    // BUILD: attributes. Of what may stand here, only notes that PyTorch makes on a state dict have any.
    98: () => {
      pop();
      top();
    },
  };
  const call = () => {
    const args = pop();
    stack.push(world.call(pop(), args));
  };

  for (let count = 0; ; count++) {
    if (count === MAX_INSTRUCTIONS) throw new PickleFault(`a pickle of more than ${MAX_INSTRUCTIONS} instructions`);
    const opcode = uint8();
    if (opcode === 0x2e) break; // STOP
    const step = steps[opcode];
    if (!step) throw new PickleFault(`the pickle instruction ${REFUSED[opcode] ?? `0x${opcode.toString(16)}`}`);
    step();
  }
  const result = pop();
  if (stack.length > 0) throw new PickleFault('a pickle that leaves something behind');
  return result;
}

/** Little-endian two's complement of any length; none is 0. */
function wholeNumber(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).reverse();
  const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${digits.join('')}`));
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
