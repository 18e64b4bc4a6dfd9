import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { accumulateCheck } from './accumulate.cases.ts';

await checkKernel(accumulateCheck);
test.run();
