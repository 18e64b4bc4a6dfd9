// movt's own training, built into dist/, through the same protocol as all others.

import { trainer } from '../../../dist/peer-movt.mjs';
import { servePeer } from './serve.mjs';

servePeer(trainer);
