// WebGPU for peers that look for navigator.gpu: Dawn, from the package that the workspace itself uses. To be imported before them.

import { create, globals } from 'webgpu';

/** Stays referenced: Dawn crashes in what came from an instance that was collected as garbage. */
const gpu = create([]);
let adapter;
let dispatches = 0;

Object.assign(globalThis, globals);
// Node 20 has no navigator, and that of later versions cannot be written to.
Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: '' }, configurable: true });

const { requestAdapter } = Object.getPrototypeOf(gpu);
gpu.requestAdapter = async (options) => {
  adapter = await requestAdapter.call(gpu, options);
  return adapter;
};

for (const name of ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect']) {
  const dispatch = GPUComputePassEncoder.prototype[name];
  GPUComputePassEncoder.prototype[name] = function (...args) {
    dispatches++;
    return dispatch.apply(this, args);
  };
}

// Dawn for Node refuses bytes in shared memory, where WebAssembly with threads keeps its heap: they are copied first.
const { writeBuffer } = GPUQueue.prototype;
GPUQueue.prototype.writeBuffer = function (buffer, offset, data, dataOffset = 0, size = undefined) {
  const memory = data.buffer ?? data;
  if (!(memory instanceof SharedArrayBuffer)) return writeBuffer.call(this, buffer, offset, data, dataOffset, size);
  // Offset and size count elements of a typed array, and bytes of anything else.
  const unit = data.BYTES_PER_ELEMENT ?? 1;
  const begin = (data.byteOffset ?? 0) + dataOffset * unit;
  const length = size === undefined ? data.byteLength - dataOffset * unit : size * unit;
  return writeBuffer.call(this, buffer, offset, new Uint8Array(memory, begin, length).slice());
};

/** The name of the adapter that the peer asked for, in the words that movt uses for its own. */
export function adapterName() {
  if (!adapter) throw new Error('it has not asked for a GPU: it runs on something else');
  return adapter.info.description || adapter.info.device;
}

/** Runs `work`: its result, and the dispatches that were encoded meanwhile. */
export async function countDispatches(work) {
  const before = dispatches;
  const result = await work();
  return { result, dispatches: dispatches - before };
}
