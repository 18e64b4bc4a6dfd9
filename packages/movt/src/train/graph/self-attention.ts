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
  /** Tokens of a clip. */
  readonly points: number;
  /** u32 [batch, points]: those that it leaves out are padding; without it, none are. */
  readonly mask?: PlanTensor | undefined;
}

/** Queries, keys and values: packed side by side [batch·points, 3·width], or each by itself [batch·points, width]. */
export type Projections = Value | readonly [q: Value, k: Value, v: Value];

/**
 * Multi-head attention of a clip's tokens among themselves → [batch·points, width].
 * @param dropped whether weights are dropped where the tape has dropout
 */
export function selfAttention(
  tape: Tape,
  label: string,
  projections: Projections,
  heads: number,
  tokens: Tokens,
  dropped = true,
): Value {
  return attend(tape, label, projections, heads, tokens.points, tokens, dropped);
}

/**
 * Multi-head attention of a clip's tokens, `queries` of them, to other tokens of the clip: q [batch·queries, width], k and v
 * [batch·keys.points, width] → [batch·queries, width].
 */
export function crossAttention(
  tape: Tape,
  label: string,
  projections: readonly [q: Value, k: Value, v: Value],
  heads: number,
  queries: number,
  keys: Tokens,
): Value {
  return attend(tape, label, projections, heads, queries, keys, true);
}

function attend(
  tape: Tape,
  label: string,
  projections: Projections,
  heads: number,
  asking: number,
  { batch, points, mask }: Tokens,
  dropped: boolean,
): Value {
  const { plan } = tape;
  const isPacked = !('length' in projections);
  const [queries, keys, values] = isPacked ? [projections, projections, projections] : projections;
  const { rows } = queries;
  const width = isPacked ? queries.columns / 3 : queries.columns;
  const headDim = width / heads;
  const drops = dropped && tape.dropout ? { p: tape.dropout.p, layer: tape.nextDropoutLayer() } : undefined;
  const problem: AttentionBackwardProblem = {
    batch,
    queries: asking,
    keys: points,
    heads,
    headDim,
    mask: mask !== undefined,
    layout: isPacked ? 'packed_qkv' : 'separate',
    ...(drops && { dropout: drops }),
  };
  const inputs = {
    q: queries.tensor,
    k: keys.tensor,
    v: values.tensor,
    ...(mask && { mask }),
    ...(drops && { draw: tape.dropout!.draw }),
  };
  const y: Value = {
    label,
    rows,
    columns: width,
    tensor: tape.tensor(label, rows * width),
    needsGradient: queries.needsGradient || keys.needsGradient || values.needsGradient,
    gated: false,
  };
  const lse = y.needsGradient ? plan.tensor(`${label} lse`, batch * heads * asking) : undefined;
  const operands = { ...inputs, y: y.tensor, ...(lse && { lse }) };
  plan.dispatch(attention, { ...problem, lse: lse !== undefined }, operands, label);

  tape.record(() => {
    const dy = y.gradient;
    if (!lse || !dy) return;
    const stats = plan.tensor(`${label} stats`, 2 * batch * heads * asking);
    plan.dispatch(attentionBackwardStats, problem, { y: y.tensor, dy, lse, stats }, `d ${label}`);
    const gradientOf = (value: Value) => {
      value.gradient ??= tape.tensor(`d ${value.label}`, value.rows * value.columns);
      return value.gradient;
    };
    const dq = gradientOf(queries);
    const dkv = { dk: gradientOf(keys), ...(!isPacked && { dv: gradientOf(values) }) };
    plan.dispatch(attentionBackwardQueries, problem, { ...inputs, dy, stats, dq }, `d ${label}`);
    plan.dispatch(attentionBackwardKeys, problem, { ...inputs, dy, stats, ...dkv }, `d ${label}`);
  });
  return y;
}
