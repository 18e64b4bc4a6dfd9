import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { platformGpu } from './index.ts';

test('there is an adapter, and its device copies what it is given', async () => {
  const gpu = await platformGpu();
  assert.is(await platformGpu(), gpu, 'one WebGPU for the process');
  const adapter = await gpu.requestAdapter();
  assert.ok(adapter, 'no adapter');
  const device = await adapter.requestDevice();
  const given = Uint32Array.from({ length: 257 }, (_, index) => Math.imul(index + 1, 2654435761));
  const { COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const source = device.createBuffer({ size: given.byteLength, usage: COPY_SRC | COPY_DST });
  const target = device.createBuffer({ size: given.byteLength, usage: MAP_READ | COPY_DST });
  device.queue.writeBuffer(source, 0, given);
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, target, 0, given.byteLength);
  device.queue.submit([encoder.finish()]);
  await target.mapAsync(GPUMapMode.READ);
  assert.equal([...new Uint32Array(target.getMappedRange())], [...given]);
  target.unmap();
  device.destroy();
});

test('timestamps are exact, not rounded to 100 µs', async () => {
  const adapter = await (await platformGpu()).requestAdapter();
  if (!adapter?.features.has('timestamp-query')) throw new Error('no timestamp-query here: profiles would be empty');
  const device = await adapter.requestDevice({ requiredFeatures: ['timestamp-query'] });
  const passes = 8;
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * passes });
  const { COPY_SRC, COPY_DST, MAP_READ, QUERY_RESOLVE } = GPUBufferUsage;
  const resolved = device.createBuffer({ size: 16 * passes, usage: QUERY_RESOLVE | COPY_SRC });
  const target = device.createBuffer({ size: 16 * passes, usage: MAP_READ | COPY_DST });
  const encoder = device.createCommandEncoder();
  for (let pass = 0; pass < passes; pass++) {
    const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * pass, endOfPassWriteIndex: 2 * pass + 1 };
    encoder.beginComputePass({ timestampWrites }).end();
  }
  encoder.resolveQuerySet(querySet, 0, 2 * passes, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, target, 0, 16 * passes);
  device.queue.submit([encoder.finish()]);
  await target.mapAsync(GPUMapMode.READ);
  const times = [...new BigUint64Array(target.getMappedRange())];
  // Dawn rounds by clearing the low 16 bits.
  assert.ok(
    times.some((time) => time & 0xffffn),
    `${times}`,
  );
  device.destroy();
});

test.run();
