// movt itself, built into dist/, through the same protocol as all others.

import { load, prepare, run } from '../../../dist/peer-movt.mjs';
import { servePeer } from './serve.mjs';

servePeer({ load, prepare, run });
