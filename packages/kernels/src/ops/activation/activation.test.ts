import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { activationCheck } from './activation.cases.ts';

await checkKernel(activationCheck);
test.run();
