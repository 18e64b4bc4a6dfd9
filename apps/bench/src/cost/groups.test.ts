import type { Operation } from 'movt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { groupOperations } from './groups.ts';

const operation = (name: string, kernel: string, macs: number): Operation => ({
  name,
  kernel,
  macs,
  flops: 2 * macs,
  bytes: 4,
  parameters: 3,
  thop: { macs, parameters: 1 },
});

test('operations of several layers are one group, and the last number of a name is no layer', () => {
  const groups = groupOperations([
    operation('motion.mlp.0', 'matmul', 1),
    operation('motion.mlp.2', 'matmul', 2),
    operation('layers.0.norm', 'layernorm', 4),
    operation('layers.0.linear', 'matmul', 8),
    operation('layers.1.norm', 'layernorm', 16),
    operation('layers.1.linear', 'matmul', 32),
    operation('layers.1.linear', 'gelu', 64),
  ]);
  assert.equal(
    groups.map(({ name, kernel, count, macs }) => [name, kernel, count, macs]),
    [
      ['motion.mlp.0', 'matmul', 1, 1],
      ['motion.mlp.2', 'matmul', 1, 2],
      ['layers.*.norm', 'layernorm', 2, 20],
      ['layers.*.linear', 'matmul', 2, 40],
      ['layers.*.linear', 'gelu', 1, 64],
    ],
  );
  const { flops, bytes, parameters, thop } = groups[2];
  assert.equal([flops, bytes, parameters, thop], [40, 8, 6, { macs: 20, parameters: 2 }]);
});

test.run();
