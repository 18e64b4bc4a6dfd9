import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { queryPatchesCheck } from './query_patches.cases.ts';

await checkKernel(queryPatchesCheck);
test.run();
