// movt itself, built into dist/, through the same protocol as all others.

import { predictor } from '../../../dist/peer-movt.mjs';
import { servePeer } from './serve.mjs';

servePeer(predictor);
