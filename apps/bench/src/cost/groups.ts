import type { Operation } from 'movt';

/** Operations that differ only in which layer they are of, together. */
export interface OperationGroup extends Operation {
  readonly count: number;
}

/** Groups in the order of their first operations: `encoder.layers.*.linear1` for every layer's. */
export function groupOperations(operations: readonly Operation[]): OperationGroup[] {
  const groups = new Map<string, OperationGroup>();
  for (const operation of operations) {
    const name = operation.name.replace(/\.\d+(?=\.)/g, '.*');
    const key = `${name} ${operation.kernel}`;
    const group = groups.get(key);
    groups.set(key, group ? added(group, operation) : { ...operation, name, count: 1 });
  }
  return [...groups.values()];
}

function added(group: OperationGroup, { macs, flops, bytes, parameters, thop }: Operation): OperationGroup {
  return {
    ...group,
    count: group.count + 1,
    macs: group.macs + macs,
    flops: group.flops + flops,
    bytes: group.bytes + bytes,
    parameters: group.parameters + parameters,
    thop: { macs: group.thop.macs + thop.macs, parameters: group.thop.parameters + thop.parameters },
  };
}
