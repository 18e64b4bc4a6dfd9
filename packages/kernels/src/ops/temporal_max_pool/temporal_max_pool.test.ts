import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { temporalMaxPoolCheck } from './temporal_max_pool.cases.ts';

await checkKernel(temporalMaxPoolCheck);
test.run();
