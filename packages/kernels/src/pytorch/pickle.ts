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
const REFUSED = new Map([
  [0x30, 'POP'],
  [0x31, 'POP_MARK'],
  [0x32, 'DUP'],
  [0x46, 'FLOAT'],
  [0x49, 'INT'],
  [0x4c, 'LONG'],
  [0x50, 'PERSID'],
  [0x53, 'STRING'],
  [0x56, 'UNICODE'],
  [0x64, 'DICT'],
  [0x67, 'GET'],
  [0x69, 'INST'],
  [0x6c, 'LIST'],
  [0x6f, 'OBJ'],
  [0x70, 'PUT'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
  [0x8b, 'LONG4'],
  [0x91, 'FROZENSET'],
  [0x92, 'NEWOBJ_EX'],
  [0x96, 'BYTEARRAY8'],
  [0x97, 'NEXT_BUFFER'],
  [0x98, 'READONLY_BUFFER'],
]);

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
  const findNamed = ([module, name]: readonly PickleValue[]) => {
    if (typeof module === 'string' && typeof name === 'string') return stack.push(world.find(module, name));
    throw new PickleFault('the name of a global that is no string');
  };
  const call = ([callee, args]: readonly PickleValue[]) => stack.push(world.call(callee, args));

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

  const steps = new Map<number, () => unknown>([
    [0x80, () => checkProtocol(uint8())], // PROTO
    [0x95, () => take(8)], // FRAME
    [0x28, () => marks.push(stack.length)], // MARK

    [0x4e, () => stack.push(null)], // NONE
    [0x88, () => stack.push(true)], // NEWTRUE
    [0x89, () => stack.push(false)], // NEWFALSE
    [0x4b, () => stack.push(uint8())], // BININT1
    [0x4d, () => stack.push(view.getUint16(take(2), true))], // BININT2
    [0x4a, () => stack.push(view.getInt32(take(4), true))], // BININT
    [0x8a, () => stack.push(wholeNumber(takeBytes(uint8())))], // LONG1
    [0x47, () => stack.push(view.getFloat64(take(8), false))], // BINFLOAT: the one number that is big-endian

    [0x58, () => stack.push(takeText(uint32()))], // BINUNICODE
    [0x8c, () => stack.push(takeText(uint8()))], // SHORT_BINUNICODE
    [0x8d, () => stack.push(takeText(uint64()))], // BINUNICODE8
    [0x54, () => stack.push(takeText(uint32()))], // BINSTRING: Python 2's
    [0x55, () => stack.push(takeText(uint8()))], // SHORT_BINSTRING
    [0x42, () => stack.push(takeBytes(uint32()))], // BINBYTES
    [0x43, () => stack.push(takeBytes(uint8()))], // SHORT_BINBYTES
    [0x8e, () => stack.push(takeBytes(uint64()))], // BINBYTES8

    [0x29, () => stack.push([])], // EMPTY_TUPLE
    [0x74, () => stack.push(popMarked())], // TUPLE
    [0x85, () => stack.push(popSeveral(1))], // TUPLE1
    [0x86, () => stack.push(popSeveral(2))], // TUPLE2
    [0x87, () => stack.push(popSeveral(3))], // TUPLE3
    [0x5d, () => stack.push([])], // EMPTY_LIST
    [0x61, () => append([pop()])], // APPEND
    [0x65, () => append(popMarked())], // APPENDS
    [0x7d, () => stack.push(new PickleDict())], // EMPTY_DICT
    [0x73, () => setItems(popSeveral(2))], // SETITEM
    [0x75, () => setItems(popMarked())], // SETITEMS
    [0x8f, () => stack.push(world.call(world.find('builtins', 'set'), []))], // EMPTY_SET
    [0x90, () => popMarked()], // ADDITEMS: a set's contents matter to no tensor

    [0x71, () => remember(uint8())], // BINPUT
    [0x72, () => remember(uint32())], // LONG_BINPUT
    [0x94, () => remember(memo.size)], // MEMOIZE
    [0x68, () => stack.push(recall(uint8()))], // BINGET
    [0x6a, () => stack.push(recall(uint32()))], // LONG_BINGET

    [0x63, () => stack.push(world.find(takeLine(), takeLine()))], // GLOBAL
    [0x93, () => findNamed(popSeveral(2))], // STACK_GLOBAL
    [0x52, () => call(popSeveral(2))], // REDUCE
    [0x81, () => call(popSeveral(2))], // NEWOBJ
    [0x51, () => stack.push(world.load(pop()))], // BINPERSID
    [0x62, () => pop()], // BUILD: attributes; of what may stand here, only PyTorch's notes on a state dict have any
  ]);

  for (let count = 0; ; count++) {
    if (count === MAX_INSTRUCTIONS) throw new PickleFault(`a pickle of more than ${MAX_INSTRUCTIONS} instructions`);
    const opcode = uint8();
    if (opcode === 0x2e) break; // STOP
    const step = steps.get(opcode);
    if (!step) throw new PickleFault(`the pickle instruction ${REFUSED.get(opcode) ?? `0x${opcode.toString(16)}`}`);
    step();
  }
  const result = pop();
  if (stack.length > 0) throw new PickleFault('a pickle that leaves something behind');
  return result;
}

function checkProtocol(protocol: number): void {
  if (protocol < 2 || protocol > 5) throw new PickleFault(`pickle protocol ${protocol}`);
}

/** Little-endian two's complement of any length; none is 0. */
function wholeNumber(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).reverse();
  const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${digits.join('')}`));
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
