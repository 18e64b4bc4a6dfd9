import type { KernelSpec } from '@movt/bench/spec';

/** y = x·weightᵀ + bias, as of a linear layer: x [m,k], weight [n,k], bias [n] → y [m,n]. */
interface Matmul {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export default {
  bindings: [
    { name: 'x', access: 'read', shape: ({ m, k }) => [m, k] },
    { name: 'weight', access: 'read', shape: ({ n, k }) => [n, k] },
    { name: 'bias', access: 'read', shape: ({ n }) => [n] },
    { name: 'y', access: 'read_write', shape: ({ m, n }) => [m, n] },
  ],
  // movt-base, one clip: the projection after attention, and the second layer of the feed-forward network.
  problems: [
    { m: 60, n: 256, k: 256 },
    { m: 60, n: 256, k: 2048 },
  ],
  params: ({ m, n, k }) => [{ u32: m }, { u32: n }, { u32: k }],
  // Each file says how large a tile of y one of its workgroups makes.
  workgroups: ({ m, n }, { TILE_M, TILE_N }) => [Math.ceil(n / TILE_N), Math.ceil(m / TILE_M)],
  reference({ m, n, k }, { x, weight, bias }) {
    const y = new Float64Array(m * n);
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        let sum = bias[column];
        for (let i = 0; i < k; i++) sum += x[row * k + i] * weight[column * k + i];
        y[row * n + column] = sum;
      }
    }
    return { y };
  },
  flops: ({ m, n, k }) => m * n * (2 * k + 1),
  // Sums of k products of normal deviates grow as √k, and so does their rounding error.
  tolerance: ({ k }) => ({ rtol: 1e-5, atol: 4e-6 * Math.sqrt(k) }),
} satisfies KernelSpec<Matmul>;
