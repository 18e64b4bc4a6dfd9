import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { velocityLinearCheck } from './velocity_linear.cases.ts';

await checkKernel(velocityLinearCheck);
test.run();
