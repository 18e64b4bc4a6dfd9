import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { gaussianPyramidCheck } from './gaussian_pyramid.cases.ts';

await checkKernel(gaussianPyramidCheck);
test.run();
