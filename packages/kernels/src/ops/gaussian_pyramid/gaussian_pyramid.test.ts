import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { gaussianPyramidCheck } from './gaussian_pyramid.cases.ts';

checkKernel(gaussianPyramidCheck);
test.run();
