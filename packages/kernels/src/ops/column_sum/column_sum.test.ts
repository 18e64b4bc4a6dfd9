import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { columnSumCheck } from './column_sum.cases.ts';

await checkKernel(columnSumCheck);
test.run();
