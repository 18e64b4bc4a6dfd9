import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { layernormCheck } from './layernorm.cases.ts';

await checkKernel(layernormCheck);
test.run();
