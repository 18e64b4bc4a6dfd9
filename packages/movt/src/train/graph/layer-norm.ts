import { layernorm, layernormBackward, layernormParametersBackward } from '@movt/kernels';
import type { Tape, Value } from './tape.ts';

/** torch.nn.LayerNorm's default. */
const EPS = 1e-5;

/** torch.nn.LayerNorm over the columns. */
export function layerNorm(tape: Tape, name: string, x: Value, eps = EPS): Value {
  const { plan, parameters } = tape;
  const { rows, columns } = x;
  const isTrained = parameters.isTrained(`${name}.weight`);
  const y: Value = {
    label: name,
    rows,
    columns,
    tensor: tape.tensor(name, rows * columns),
    needsGradient: x.needsGradient || isTrained,
    gated: false,
  };
  const weight = parameters.slice('weight', `${name}.weight`);
  const statistics = y.needsGradient ? plan.tensor(`${name} statistics`, rows * 2) : undefined;
  plan.dispatch(
    layernorm,
    { rows, width: columns, eps, residual: false, statistics: statistics !== undefined },
    {
      x: x.tensor,
      weight,
      bias: parameters.slice('weight', `${name}.bias`),
      y: y.tensor,
      ...(statistics && { statistics }),
    },
    name,
  );

  tape.record(() => {
    const dy = y.gradient;
    if (!statistics || !dy) return;
    const problem = { rows, width: columns, residual: false };
    if (isTrained) {
      const [dweight, dbias] = ['weight', 'bias'].map((part) => parameters.slice('gradient', `${name}.${part}`));
      const operands = { dy, x: x.tensor, statistics, dweight, dbias };
      plan.dispatch(layernormParametersBackward, problem, operands, `d ${name}`);
    }
    if (!x.needsGradient) return;
    const dx = tape.tensor(`d ${x.label}`, rows * columns);
    plan.dispatch(
      layernormBackward,
      { ...problem, skip: x.gradient !== undefined },
      { dy, x: x.tensor, weight, statistics, dx, ...(x.gradient && { dskip: x.gradient }) },
      `d ${x.label}`,
    );
    x.gradient = dx;
  });
  return y;
}
