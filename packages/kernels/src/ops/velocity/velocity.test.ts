import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { velocityCheck } from './velocity.cases.ts';

await checkKernel(velocityCheck);
test.run();
