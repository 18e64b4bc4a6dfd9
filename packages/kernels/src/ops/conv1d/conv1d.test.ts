import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { conv1dCheck } from './conv1d.cases.ts';

await checkKernel(conv1dCheck);
test.run();
