import { test } from 'uvu';
import type { GpuContext } from '../runtime/context.ts';
import { halfToNumber, toHalf } from '../runtime/float16.ts';
import { bindingBytes, type ElementType, elementType, type Kernel } from '../runtime/kernel.ts';
import { createPlan } from '../runtime/plan.ts';
import type { Slice } from '../runtime/plan-types.ts';
import { createRandom, type Random } from '../runtime/random.ts';
import { assertClose, type Tolerance } from './assert-close.ts';
import { testContext } from './test-context.ts';

/** Named arrays; floats where the reference computes, whole numbers in u32 bindings. */
export type Arrays = Record<string, ArrayLike<number>>;

/** One problem to check a kernel on, and to time it on when `bench` is set. */
export interface KernelCase<Problem> {
  readonly problem: Problem;
  readonly bench?: boolean;
  readonly tolerance?: Tolerance;
  /** Check only the variant that the adapter chooses: for cases of very many workgroups, which take minutes in the others. */
  readonly chosenVariantOnly?: boolean;
}

/** A kernel with what is needed to check it. */
export interface KernelCheck<Problem> {
  readonly kernel: Kernel<Problem>;
  /** The slow float64 answer: every `read_write` binding by name. */
  readonly reference: (problem: Problem, inputs: Arrays) => Arrays;
  readonly cases: readonly KernelCase<Problem>[];
  /**
   * For kernels that decide (an iteration that stops, a threshold): whether element i of an output hangs on a decision too close to call,
   * so that float32 may well fall on the other side. Such elements are not compared.
   */
  readonly doubtful?: (problem: Problem, inputs: Arrays, expected: Arrays) => (output: string, i: number) => boolean;
  /** Bindings that are not plain normal deviates: masks, counts, pixels; and `read_write` ones that are updated in place. */
  readonly draw?: Readonly<Record<string, (random: Random, problem: Problem) => ArrayLike<number>>>;
}

const DEFAULT_TOLERANCE: Tolerance = { rtol: 1e-5, atol: 1e-5 };

/** Words before and after each output that must stay as they were; 64 keep WebGPU's 256-byte alignment. */
const GUARD = 64;
const GUARD_WORD = 0xdeadbeef;

/**
 * Registers one uvu test for each case: fresh seeded inputs, float64 reference, guard words, no bytes left behind.
 * Every variant that this adapter can run is checked, not only the one it would choose.
 */
export function checkKernel<Problem>(check: KernelCheck<Problem>): void {
  const { kernel, reference, cases } = check;
  for (const { problem, tolerance = DEFAULT_TOLERANCE, chosenVariantOnly = false } of cases) {
    test(`${kernel.name} ${describe(problem).slice(0, 100)}`, async () => {
      const { traits } = await testContext();
      if (!traits.f16 && kernel.bindings.some((binding) => elementType(binding, problem) === 'f16')) {
        console.log(`no shader-f16 on this adapter: ${kernel.name} ${describe(problem).slice(0, 100)} is not run`);
        return;
      }
      const seed = (Math.random() * 2 ** 32) >>> 0;
      const inputs = drawInputs(check, problem, seed);
      const expected = reference(problem, inputs);
      const isDoubtful = check.doubtful?.(problem, inputs, expected);
      for (const context of await variantContexts(kernel, problem, chosenVariantOnly)) {
        const actual = await runCase(context, kernel, problem, inputs);
        const { software, subgroupSize } = context.traits;
        const label = `${describe(problem)} seed ${seed} software ${software} subgroups ${subgroupSize}`;
        for (const [name, values] of Object.entries(expected)) {
          const compared = Array.from(actual[name] ?? [], (value, i) => (isDoubtful?.(name, i) ? values[i] : value));
          assertClose(compared, values, tolerance, `${kernel.name}.${name} ${label}`);
        }
      }
    });
  }
}

/** The shared context, once for each different variant: as it is, as a GPU, as a CPU without subgroups. */
async function variantContexts<Problem>(
  kernel: Kernel<Problem>,
  problem: Problem,
  chosenVariantOnly: boolean,
): Promise<GpuContext[]> {
  const context = await testContext();
  if (chosenVariantOnly) return [context];
  const { traits } = context;
  const candidates = [traits, { ...traits, software: false }, { ...traits, software: true, subgroupSize: 0 }];
  const byVariant = new Map(
    candidates.map((candidate) => [JSON.stringify(kernel.variant(problem, candidate)), candidate]),
  );
  return [...byVariant.values()].map((candidate) => Object.create(context, { traits: { value: candidate } }));
}

/** Sizes and flags of a problem on one line. */
export function describe(problem: unknown): string {
  return JSON.stringify(problem).replaceAll('"', '').replaceAll(',', ', ');
}

/** Draws inputs for every `read` binding, and for those that are updated in place. */
export function drawInputs<Problem>(
  check: KernelCheck<Problem>,
  problem: Problem,
  seed: number,
): Record<string, Float32Array | Uint32Array> {
  const random = createRandom(seed);
  const inputs: Record<string, Float32Array | Uint32Array> = {};
  for (const binding of check.kernel.bindings) {
    const { name, access, length } = binding;
    if ((access !== 'read' && !check.draw?.[name]) || length(problem) === 0) continue;
    const drawn = check.draw?.[name]?.(random, problem) ?? random.normal(length(problem));
    const type = elementType(binding, problem);
    // What is stored in half precision is rounded before the reference sees it: the kernel answers for its own error only.
    if (type === 'f16') inputs[name] = Float32Array.from(toHalf(drawn), halfToNumber);
    else inputs[name] = type === 'u32' ? Uint32Array.from(drawn) : Float32Array.from(drawn);
  }
  return inputs;
}

async function runCase<Problem>(
  context: GpuContext,
  kernel: Kernel<Problem>,
  problem: Problem,
  inputs: Readonly<Record<string, Float32Array | Uint32Array>>,
): Promise<Arrays> {
  const before = context.liveBytes;
  context.device.pushErrorScope('validation');
  const buffers: GPUBuffer[] = [];
  const operands: Record<string, Slice> = {};
  for (const binding of kernel.bindings) {
    const { name, access } = binding;
    const count = Math.ceil(bindingBytes(binding, problem) / 4);
    if (count === 0) continue;
    // Guard words round every buffer; an output starts as NaN, so that an element never written shows.
    const words = new Uint32Array(count + 2 * GUARD).fill(access === 'read' ? 0x7fc00000 : GUARD_WORD);
    const body = inputs[name];
    if (body) new Uint8Array(words.buffer).set(storedBytes(body, elementType(binding, problem)), GUARD * 4);
    else words.fill(0x7fc00000, GUARD, GUARD + count);
    const buffer = context.createBuffer(
      name,
      words.byteLength,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    );
    context.device.queue.writeBuffer(buffer, 0, words);
    buffers.push(buffer);
    operands[name] = { buffer, offset: GUARD * 4, byteLength: count * 4 };
  }
  const builder = createPlan(context, kernel.name);
  builder.dispatch(kernel, problem, operands);
  const plan = await builder.build();
  await plan.run({});
  const actual: Arrays = {};
  for (const binding of kernel.bindings) {
    const { name, access } = binding;
    const slice = operands[name];
    if (!slice || access === 'read') continue;
    const words = await readWords(context, slice.buffer);
    const count = slice.byteLength / 4;
    for (const index of [...Array(GUARD).keys()].flatMap((i) => [i, GUARD + count + i])) {
      if (words[index] !== GUARD_WORD)
        throw new Error(`${kernel.name}.${name}: wrote outside its buffer, at element ${index - GUARD}`);
    }
    const body = words.slice(GUARD, GUARD + count);
    actual[name] = elementType(binding, problem) === 'u32' ? body : new Float32Array(body.buffer);
  }
  await plan.destroy();
  for (const buffer of buffers) context.destroyBuffer(buffer);
  const error = await context.device.popErrorScope();
  if (error) throw new Error(`${kernel.name} ${describe(problem)}: ${error.message}`);
  if (context.liveBytes !== before) throw new Error(`${kernel.name}: ${context.liveBytes - before} bytes left behind`);
  return actual;
}

function storedBytes(values: Float32Array | Uint32Array, type: ElementType): Uint8Array {
  const { buffer, byteOffset, byteLength } = type === 'f16' ? toHalf(values) : values;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function readWords(context: GpuContext, source: GPUBuffer): Promise<Uint32Array> {
  const staging = context.createBuffer(
    'test read-back',
    source.size,
    GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  );
  const encoder = context.device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, staging, 0, source.size);
  context.device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const words = new Uint32Array(staging.getMappedRange().slice(0));
  context.destroyBuffer(staging);
  return words;
}
