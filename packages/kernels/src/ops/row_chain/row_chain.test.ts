import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { rowChainCheck } from './row_chain.cases.ts';

checkKernel(rowChainCheck);
test.run();
