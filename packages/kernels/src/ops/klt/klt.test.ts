import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { kltCheck, kltFlatCheck } from './klt.cases.ts';

checkKernel(kltCheck);
checkKernel(kltFlatCheck);
test.run();
