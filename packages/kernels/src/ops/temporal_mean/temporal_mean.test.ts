import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { temporalMeanCheck } from './temporal_mean.cases.ts';

await checkKernel(temporalMeanCheck);
test.run();
