// A process that measures the kernels of one tree. It is bundled for each tree anew: this code and measure/ are the working tree's,
// @movt/kernels is the other's, so one ruler measures both. See build-child.ts.
import { kernelRegistry } from '@movt/kernels/registry';
import { problemLabel } from '../measure/labels.ts';
import { serve } from './serve.ts';

serve(async () =>
  kernelRegistry.flatMap((check) =>
    check.cases
      .filter(({ bench }) => bench)
      .map(({ problem, tolerance }) => ({
        kernel: check.kernel.name,
        problem: problemLabel(problem),
        subject: { kernel: check.kernel, problem, check, ...(tolerance && { tolerance }) },
      })),
  ),
);
