import type { DispatchInfo } from '@movt/kernels';
import type { Work } from './operation.ts';

/** What a plan does in a run. thop is not told, which counts modules of PyTorch: a plan has none. */
export interface PlanCost {
  /** In 10⁹, as in Cost. */
  readonly mac: { readonly gops: number };
  readonly flop: { readonly gops: number };
  readonly bytes: number;
  readonly operations: readonly Work[];
}

/** The cost of any plan's `dispatches`, padding included, since it is computed. */
export function planCost(dispatches: readonly DispatchInfo[]): PlanCost {
  const operations = dispatches.map(({ label, kernel, macs, flops, bytes }) => ({
    name: label,
    kernel,
    macs,
    flops,
    bytes,
  }));
  const sum = (key: 'macs' | 'flops' | 'bytes') => operations.reduce((total, operation) => total + operation[key], 0);
  return { mac: { gops: sum('macs') / 1e9 }, flop: { gops: sum('flops') / 1e9 }, bytes: sum('bytes'), operations };
}
