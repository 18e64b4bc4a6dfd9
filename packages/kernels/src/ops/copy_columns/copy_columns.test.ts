import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { copyColumnsCheck } from './copy_columns.cases.ts';

await checkKernel(copyColumnsCheck);
test.run();
