import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { velocityLinearCheck } from './velocity_linear.cases.ts';

checkKernel(velocityLinearCheck);
test.run();
