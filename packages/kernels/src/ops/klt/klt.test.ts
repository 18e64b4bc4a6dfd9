import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { kltCheck, kltFlatCheck } from './klt.cases.ts';

await checkKernel(kltCheck);
await checkKernel(kltFlatCheck);
test.run();
