import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { meanPoolCheck } from './mean_pool.cases.ts';

await checkKernel(meanPoolCheck);
test.run();
