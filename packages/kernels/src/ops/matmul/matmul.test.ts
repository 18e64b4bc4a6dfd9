import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { matmulCheck } from './matmul.cases.ts';

checkKernel(matmulCheck);
test.run();
