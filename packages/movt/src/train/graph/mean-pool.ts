import { meanPool, meanPoolBackward } from '@movt/kernels';
import type { Tokens } from './self-attention.ts';
import type { Tape, Value } from './tape.ts';

/** The mean of each clip's tokens: [batch·points, columns] → [batch, columns]. */
export function poolTokens(tape: Tape, label: string, x: Value, { batch, points, mask }: Tokens): Value {
  const { plan } = tape;
  const problem = { batch, points, channels: x.columns, mask: mask !== undefined };
  const y: Value = {
    label,
    rows: batch,
    columns: x.columns,
    tensor: tape.tensor(label, batch * x.columns),
    needsGradient: x.needsGradient,
    gated: false,
  };
  plan.dispatch(meanPool, problem, { x: x.tensor, ...(mask && { mask }), y: y.tensor }, label);

  tape.record(() => {
    const dy = y.gradient;
    if (!y.needsGradient || !dy) return;
    const dx = tape.tensor(`d ${x.label}`, x.rows * x.columns);
    plan.dispatch(meanPoolBackward, problem, { dy, ...(mask && { mask }), dx }, `d ${x.label}`);
    x.gradient = dx;
  });
  return y;
}
