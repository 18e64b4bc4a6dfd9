import {
  type AttentionBackwardProblem,
  attention,
  attentionBackwardKeys,
  attentionBackwardQueries,
  attentionBackwardStats,
  type PlanTensor,
} from '@movt/kernels';
import type { Tape, Value } from './tape.ts';

/** What the tokens of a batch are. */
export interface Tokens {
  readonly batch: number;
  /** Tokens of a clip; those that the mask leaves out are padding. */
  readonly points: number;
  /** u32 [batch, points] */
  readonly mask: PlanTensor;
}

/** Multi-head attention of a clip's tokens among themselves: packed q, k, v [batch·points, 3·width] → [batch·points, width]. */
export function selfAttention(tape: Tape, label: string, packed: Value, heads: number, tokens: Tokens): Value {
  const { plan } = tape;
  const { batch, points, mask } = tokens;
  const { rows } = packed;
  const width = packed.columns / 3;
  const headDim = width / heads;
  const drops = tape.dropout ? { p: tape.dropout.p, layer: tape.nextDropoutLayer() } : undefined;
  const problem: AttentionBackwardProblem = {
    batch,
    queries: points,
    keys: points,
    heads,
    headDim,
    mask: true,
    layout: 'packed_qkv',
    ...(drops && { dropout: drops }),
  };
  const [q, k, v] = [packed.tensor, packed.tensor, packed.tensor];
  const draw = drops && { draw: tape.dropout!.draw };
  const y: Value = {
    label,
    rows,
    columns: width,
    tensor: tape.tensor(label, rows * width),
    needsGradient: packed.needsGradient,
    gated: false,
  };
  const lse = y.needsGradient ? plan.tensor(`${label} lse`, batch * heads * points) : undefined;
  const operands = { q, k, v, mask, y: y.tensor, ...(lse && { lse }), ...draw };
  plan.dispatch(attention, { ...problem, lse: lse !== undefined }, operands, label);

  tape.record(() => {
    const dy = y.gradient;
    if (!lse || !dy) return;
    const stats = plan.tensor(`${label} stats`, 2 * batch * heads * points);
    plan.dispatch(attentionBackwardStats, problem, { y: y.tensor, dy, lse, stats }, `d ${label}`);
    const dpacked = tape.tensor(`d ${packed.label}`, rows * 3 * width);
    const inputs = { q, k, v, mask, dy, stats, ...draw };
    plan.dispatch(attentionBackwardQueries, problem, { ...inputs, dq: dpacked }, `d ${label}`);
    plan.dispatch(attentionBackwardKeys, problem, { ...inputs, dk: dpacked }, `d ${label}`);
    packed.gradient = dpacked;
  });
  return y;
}
