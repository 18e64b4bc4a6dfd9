import { badInput, type MovtError } from '../runtime/errors.ts';
import { DTYPE_BYTES, type DType, isDType, type TensorEntry } from './dtype.ts';
import { headerTextFault } from './header-text.ts';

/**
 * The reference reader stops at 100 MB; a header of 16 MB already names some 100,000 tensors and parses in a moment.
 */
const MAX_HEADER_BYTES = 16 * 2 ** 20;

/** What a safetensors file holds, in the order of its header. */
export interface Safetensors {
  tensors: Map<string, TensorEntry>;
  metadata: Record<string, string>;
}

/** Where a tensor lies; `begin` and `end` are bytes from the start of the file. */
export interface TensorSpan {
  dtype: DType;
  shape: readonly number[];
  begin: number;
  end: number;
}

/** What a file's header says. */
export interface SafetensorsHeader {
  spans: Map<string, TensorSpan>;
  metadata: Record<string, string>;
}

/**
 * Reads a safetensors file that someone else wrote. Nothing is trusted: sizes are bounded before work starts, and each
 * byte after the header must belong to exactly one tensor.
 *
 * @param bytes The whole file; the tensors are views of it, not copies.
 * @param source Its name, for messages.
 * @throws MovtError bad_input that names the tensor at fault.
 */
export function parseSafetensors(bytes: Uint8Array, source: string): Safetensors {
  const { spans, metadata } = parseSafetensorsHeader(bytes, bytes.length, source);
  const tensors = [...spans].map(([name, { dtype, shape, begin, end }]): [string, TensorEntry] => [
    name,
    { dtype, shape, data: bytes.subarray(begin, end) },
  ]);
  return { tensors: new Map(tensors), metadata };
}

/**
 * How many bytes of a file its header takes, with the eight that say so.
 *
 * @param bytes The file's first eight, or more.
 * @param fileLength Of the whole file, in bytes.
 * @throws MovtError bad_input where that is more than there can be
 */
export function safetensorsDataStart(bytes: Uint8Array, fileLength: number, source: string): number {
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${source}`, given, needed });
  if (fileLength < 8) throw refuse(`${fileLength} bytes`, 'a safetensors file (at least 8 bytes)');
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (headerLength > fileLength - 8) {
    throw refuse(`a header of ${headerLength} bytes in a file of ${fileLength}`, 'a safetensors file that is whole');
  }
  if (headerLength > MAX_HEADER_BYTES) {
    throw refuse(`a header of ${headerLength} bytes`, `at most ${MAX_HEADER_BYTES} bytes`);
  }
  return 8 + Number(headerLength);
}

/**
 * Reads a file's header as `parseSafetensors` does, without the tensors.
 *
 * @param bytes The file's first bytes, as many as `safetensorsDataStart` says, or more.
 * @param fileLength Of the whole file, in bytes.
 */
export function parseSafetensorsHeader(bytes: Uint8Array, fileLength: number, source: string): SafetensorsHeader {
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${source}`, given, needed });
  const dataStart = safetensorsDataStart(bytes, fileLength, source);
  const header = parseHeader(bytes.subarray(8, dataStart), refuse);

  const metadata = parseMetadata(header.get('__metadata__'), refuse);
  header.delete('__metadata__');
  const spans = [...header].map(([name, value]) => parseSpan(name, value, refuse));
  checkCover(spans, fileLength - dataStart, refuse);
  const placed = spans.map(({ name, begin, end, ...rest }): [string, TensorSpan] => [
    name,
    { ...rest, begin: dataStart + begin, end: dataStart + end },
  ]);
  return { spans: new Map(placed), metadata };
}

type Refuse = (given: string, needed: string) => MovtError;

interface Span {
  name: string;
  dtype: DType;
  shape: number[];
  begin: number;
  end: number;
}

function parseHeader(bytes: Uint8Array, refuse: Refuse): Map<string, unknown> {
  let header: unknown;
  let fault: string | null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    fault = headerTextFault(text);
    header = fault ?? JSON.parse(text);
  } catch {
    throw refuse('a header that is not JSON', 'a JSON object in UTF-8');
  }
  if (fault) throw refuse(`a header with ${fault}`, 'each key once, and lists within tensors within one object');
  if (!isObject(header)) throw refuse(`the header ${show(header)}`, 'a JSON object');
  if (Object.hasOwn(header, '__proto__')) throw refuse("a tensor named '__proto__'", 'another name');
  return new Map(Object.entries(header));
}

function parseMetadata(value: unknown, refuse: Refuse): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) throw refuse(`__metadata__ ${show(value)}`, 'an object of strings');
  for (const [key, text] of Object.entries(value)) {
    if (key === '__proto__') throw refuse("the metadata key '__proto__'", 'another key');
    if (typeof text !== 'string') throw refuse(`metadata ${show(key)} = ${show(text)}`, 'a string');
  }
  return value as Record<string, string>;
}

function parseSpan(name: string, value: unknown, refuse: Refuse): Span {
  const tensor = `tensor ${show(name)}`;
  if (!isObject(value)) throw refuse(`${tensor} = ${show(value)}`, 'an object with dtype, shape and data_offsets');
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDType(dtype))
    throw refuse(`${tensor} of dtype ${show(dtype)}`, `one of ${Object.keys(DTYPE_BYTES).join(', ')}`);
  if (!isCounts(shape))
    throw refuse(`${tensor} with shape ${show(shape)}`, 'a list of whole numbers from 0 to 2^53 - 1');
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw refuse(`${tensor} with offsets ${show(offsets)}`, 'two whole numbers, the first not above the second');
  }
  const [begin, end] = offsets;
  // As in the reference, an overflow on the way counts even when a later axis is 0.
  let byteLength = DTYPE_BYTES[dtype] as number;
  for (const size of shape) {
    byteLength *= size;
    if (!Number.isSafeInteger(byteLength)) throw refuse(`${tensor} with shape ${show(shape)}`, 'below 2^53 bytes');
  }
  if (end - begin !== byteLength) {
    throw refuse(`${tensor} ${show(shape)} ${dtype} in ${end - begin} bytes`, `${byteLength} bytes`);
  }
  return { name, dtype, shape, begin, end };
}

/** Sorted by where they begin, the tensors must follow each other from the first byte of the data to its last. */
function checkCover(spans: readonly Span[], dataLength: number, refuse: Refuse): void {
  let covered = 0;
  for (const { name, begin, end } of [...spans].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      const fault = begin < covered ? 'overlaps the one before it' : 'leaves a gap before it';
      throw refuse(`tensor ${show(name)} at [${begin}, ${end}], which ${fault}`, `a start at ${covered}`);
    }
    if (end > dataLength) {
      throw refuse(`tensor ${show(name)} at [${begin}, ${end}] in ${dataLength} bytes of data`, 'a file that is whole');
    }
    covered = end;
  }
  if (covered !== dataLength) {
    throw refuse(`${dataLength - covered} bytes after the last tensor`, 'a file that ends with its last tensor');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

/** JSON of a value from the file, cut so that a hostile name cannot fill the terminal. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
