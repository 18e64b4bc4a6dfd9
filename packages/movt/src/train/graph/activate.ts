import { activation, activationBackward, dropout, type Operand } from '@movt/kernels';
import type { Tape, Value } from './tape.ts';

/** Exact GELU, and with `dropped` dropout where the tape has it. */
export function gelu(tape: Tape, label: string, x: Value, dropped: boolean): Value {
  const { plan } = tape;
  const count = x.rows * x.columns;
  const drops = dropped && tape.dropout ? { p: tape.dropout.p, layer: tape.nextDropoutLayer() } : undefined;
  const activated = tape.tensor(label, count);
  plan.dispatch(activation, { count, activation: 'gelu' }, { x: x.tensor, y: activated }, label);
  const drop = (name: string, from: Operand): Operand => {
    if (!drops) return from;
    const dropped = tape.tensor(name, count);
    plan.dispatch(dropout, { length: count, ...drops }, { x: from, draw: tape.dropout!.draw, y: dropped }, name);
    return dropped;
  };
  const y: Value = { ...x, label, tensor: drop(`${label} dropped`, activated), gated: false };

  tape.record(() => {
    if (!y.needsGradient || !y.gradient) return;
    const dy = drop(`d ${label} before dropout`, y.gradient);
    const dx = tape.tensor(`d ${x.label}`, count);
    plan.dispatch(activationBackward, { count, activation: 'gelu' }, { dy, x: x.tensor, dx }, `d ${x.label}`);
    x.gradient = dx;
  });
  return y;
}
