import type { GpuContext } from './context.ts';
import { badInput, limitExceeded } from './errors.ts';
import { bindingBytes, compulsoryBytes } from './kernel.ts';
import { buildPlan } from './plan-build.ts';
import { createTensors } from './plan-tensors.ts';
import { isSlice, type Operand, type PlanBuilder, type PlanTensor, type Step } from './plan-types.ts';

/** Starts a plan: declare inputs and tensors, add dispatches in order, name outputs, build. */
export function createPlan(context: GpuContext, label: string): PlanBuilder {
  const { all: tensors, tensor, view } = createTensors(label);
  const inputs = new Map<string, PlanTensor>();
  const outputs = new Map<string, PlanTensor>();
  const steps: Step[] = [];

  return {
    tensor,
    input(name, length) {
      const made = tensor(name, length);
      inputs.set(name, made);
      return made;
    },
    view,
    output(name, made) {
      outputs.set(name, made);
    },
    dispatch(kernel, problem, operands, stepLabel = kernel.name) {
      const variant = kernel.variant(problem, context.traits);
      const params = kernel.params(problem, context.traits);
      const paramsBinding = params.length > 0 ? kernel.bindings.length : -1;
      const bound: { binding: number; operand: Operand; writes: boolean }[] = [];
      for (const [binding, declaration] of kernel.bindings.entries()) {
        const { name, access } = declaration;
        const needed = bindingBytes(declaration, problem);
        if (needed === 0) continue;
        const operand = operands[name];
        const given = operand ? (isSlice(operand) ? operand.byteLength : operand.length * 4) : 0;
        if (!operand || given < needed) {
          throw badInput({
            action: `planning ${stepLabel}`,
            given: `${given} bytes for '${name}'`,
            needed: `${needed}`,
          });
        }
        if (needed > context.limits.maxStorageBufferBindingSize) {
          throw limitExceeded({
            action: `planning ${stepLabel}`,
            given: `${needed} bytes for '${name}'`,
            needed: `at most ${context.limits.maxStorageBufferBindingSize} (maxStorageBufferBindingSize of ${context.adapter.name})`,
            fix: 'Use fewer clips, frames or points at once.',
          });
        }
        bound.push({ binding, operand, writes: access === 'read_write' });
      }
      const most = context.limits.maxComputeWorkgroupsPerDimension;
      if (variant.workgroups.some((count) => count > most)) {
        throw limitExceeded({
          action: `planning ${stepLabel}`,
          given: `${variant.workgroups.join('×')} workgroups`,
          needed: `at most ${most} a dimension (maxComputeWorkgroupsPerDimension of ${context.adapter.name})`,
          fix: 'Use fewer clips, frames or points at once.',
        });
      }
      steps.push({
        info: {
          kernel: kernel.name,
          label: stepLabel,
          workgroups: variant.workgroups,
          flops: kernel.flops(problem),
          macs: kernel.macs?.(problem) ?? 0,
          bytes: compulsoryBytes(kernel, problem),
        },
        compiled: context.pipelines.get({
          name: kernel.name,
          variant,
          access: bound.map(({ binding }) => [binding, kernel.bindings[binding]!.access]),
          paramsBinding,
        }),
        bound,
        params,
        paramsBinding,
      });
    },
    async build() {
      const started = performance.now();
      const compiled = await context.guard(`compiling ${label}`, Promise.all(steps.map((step) => step.compiled)));
      const compileMs = performance.now() - started;
      return buildPlan(context, label, { tensors, inputs, outputs, steps }, compiled, compileMs);
    },
  };
}
