import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkKernel } from '../../testing/check-kernel.ts';
import { testContext } from '../../testing/test-context.ts';
import { rowChainCheck } from './row_chain.cases.ts';
import { rowChain } from './row_chain.ts';

await checkKernel(rowChainCheck);

test('more steps than the uniform block holds are refused', async () => {
  const { traits } = await testContext();
  const [{ problem }] = rowChainCheck.cases;
  const steps = new Array(17).fill(problem.steps[0]);
  assert.throws(() => rowChain.params({ ...problem, steps }, traits), /17 steps, need at most 16/);
});

test.run();
