import { copyColumns } from '@movt/kernels';
import type { Tape, Value } from './tape.ts';

/** Matrices of as many rows as one: [rows, columns of the first + columns of the second + …]. */
export function sideBySide(tape: Tape, label: string, parts: readonly Value[]): Value {
  const { plan } = tape;
  const [{ rows }] = parts;
  const stride = parts.reduce((sum, { columns }) => sum + columns, 0);
  const y: Value = {
    label,
    rows,
    columns: stride,
    tensor: tape.tensor(label, rows * stride),
    needsGradient: parts.some(({ needsGradient }) => needsGradient),
    gated: false,
  };
  const places = parts.map((part, i) => {
    const first = parts.slice(0, i).reduce((sum, { columns }) => sum + columns, 0);
    return { part, range: { stride, first } };
  });
  for (const { part, range } of places) {
    const problem = { rows, width: part.columns, to: range };
    plan.dispatch(copyColumns, problem, { x: part.tensor, y: y.tensor }, `${label}: ${part.label}`);
  }

  tape.record(() => {
    const dy = y.gradient;
    if (!dy) return;
    for (const { part, range } of places) {
      if (!part.needsGradient) continue;
      const gradient = tape.tensor(`d ${part.label}`, rows * part.columns);
      const problem = { rows, width: part.columns, from: range };
      plan.dispatch(copyColumns, problem, { x: dy, y: gradient }, `d ${part.label}`);
      part.gradient = gradient;
    }
  });
  return y;
}
