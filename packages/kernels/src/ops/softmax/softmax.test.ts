import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { softmaxCheck } from './softmax.cases.ts';

checkKernel(softmaxCheck);
test.run();
