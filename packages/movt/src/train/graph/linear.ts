import { activationBackward, dispatchGradient, dropout, matmul, matmulBackward, type Operand } from '@movt/kernels';
import { gelu as geluOf } from './activate.ts';
import type { Tape, Value } from './tape.ts';

/** Blocks of a layer's weight [columns, x.columns] and bias [columns]. */
export interface LinearBlocks {
  readonly weight: string;
  readonly bias?: string;
}

/** What follows the product, in this order. */
export interface Epilogue {
  readonly relu?: boolean;
  /** The exact one, without `relu` and `residual`: part of the product where nothing needs a gradient, which wants what went into GELU. */
  readonly gelu?: boolean;
  /** Dropout, where the tape has it. */
  readonly dropped?: boolean;
  /** Added last. One of fewer rows is added again and again: a table that every clip of the batch gets. */
  readonly residual?: Value;
}

/** The blocks of a torch.nn.Linear. */
export const named = (name: string): LinearBlocks => ({ weight: `${name}.weight`, bias: `${name}.bias` });

/** residual + dropout(activation(x · weightᵀ + bias)), of which all but the product may be left out. */
export function linear(
  tape: Tape,
  label: string,
  x: Value,
  columns: number,
  blocks: LinearBlocks,
  { relu = false, gelu = false, dropped = false, residual }: Epilogue = {},
): Value {
  const { plan, parameters } = tape;
  const { rows } = x;
  const trainsWeight = parameters.isTrained(blocks.weight);
  const trainsBias = blocks.bias !== undefined && parameters.isTrained(blocks.bias);
  const needsGradient = x.needsGradient || trainsWeight || trainsBias || (residual?.needsGradient ?? false);
  if (gelu && needsGradient) return geluOf(tape, `${label} GELU`, linear(tape, label, x, columns, blocks), dropped);
  const drops = dropped && tape.dropout ? { p: tape.dropout.p, layer: tape.nextDropoutLayer() } : undefined;
  const residualRows = residual && residual.rows < rows ? residual.rows : undefined;
  const y: Value = {
    label,
    rows,
    columns,
    tensor: tape.tensor(label, rows * columns),
    needsGradient,
    ...(relu && { gate: { activation: 'relu', scale: drops ? 1 / (1 - drops.p) : 1 } }),
    gated: false,
  };
  const weight = parameters.slice('weight', blocks.weight);
  plan.dispatch(
    matmul,
    {
      m: rows,
      n: columns,
      k: x.columns,
      bias: blocks.bias !== undefined,
      ...(relu && { activation: 'relu' }),
      ...(gelu && { activation: 'gelu' }),
      ...(drops && { dropout: drops }),
      ...(residual && { residual: true, residualRows }),
    },
    {
      x: x.tensor,
      weight,
      ...(blocks.bias !== undefined && { bias: parameters.slice('weight', blocks.bias) }),
      ...(drops && { draw: tape.dropout!.draw }),
      ...(residual && { residual: residual.tensor }),
      y: y.tensor,
    },
    label,
  );

  /** The gradient of the product with its bias, from that of y. */
  const throughEpilogue = (dy: Operand): Operand => {
    const count = rows * columns;
    if (relu) {
      if (y.gated) return dy;
      const dx = tape.tensor(`d ${label} before ReLU`, count);
      plan.dispatch(activationBackward, { count, activation: 'relu' }, { dy, x: y.tensor, dx }, `d ${label}`);
      return dx;
    }
    if (!drops) return dy;
    const dx = tape.tensor(`d ${label} before dropout`, count);
    plan.dispatch(dropout, { length: count, ...drops }, { x: dy, draw: tape.dropout!.draw, y: dx }, `d ${label}`);
    return dx;
  };

  tape.record(() => {
    const dy = y.gradient;
    if (!y.needsGradient || !dy) return;
    const gate = x.gate;
    const steps = matmulBackward(
      { m: rows, n: columns, k: x.columns, residualRows },
      { ...(gate && { gate }), residual: x.gradient !== undefined },
    );
    if (residual?.needsGradient) {
      const dresidual = steps.dresidual ? tape.tensor(`d ${residual.label}`, residual.rows * columns) : dy;
      if (steps.dresidual) dispatchGradient(plan, steps.dresidual, { dy, dresidual }, `d ${residual.label}`);
      addGradient(residual, dresidual);
    }
    if (!(x.needsGradient || trainsWeight || trainsBias)) return;
    const product = throughEpilogue(dy);
    const tensors: Record<string, Operand> = { x: x.tensor, weight, dy: product };
    if (x.needsGradient) {
      const dx = x.gradientPlace ?? tape.tensor(`d ${x.label}`, rows * x.columns);
      const more = { ...(gate && { gate: x.tensor }), ...(x.gradient && { residual: x.gradient }) };
      dispatchGradient(plan, steps.dx, { ...tensors, ...more, dx }, `d ${x.label}`);
      x.gradient = dx;
      x.gated = gate !== undefined;
    }
    if (trainsWeight) {
      const dweight = parameters.slice('gradient', blocks.weight);
      dispatchGradient(plan, steps.dweight, { ...tensors, dweight }, `d ${blocks.weight}`);
    }
    if (trainsBias) {
      const dbias = parameters.slice('gradient', blocks.bias!);
      dispatchGradient(plan, steps.dbias, { ...tensors, dbias }, `d ${blocks.bias}`);
    }
  });
  return y;
}

/** A residual's gradient is that of the sum. What came by another way is added by the kernel that computes it, and comes later. */
function addGradient(value: Value, gradient: Operand): void {
  if (value.gradient) throw new Error(`${value.label}: the residual is not its last consumer`);
  value.gradient = gradient;
}
