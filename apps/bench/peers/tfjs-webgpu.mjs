import './dawn.mjs';
import { createRequire } from 'node:module';
import { setBackend } from '@tensorflow/tfjs-core';
import { adapterName, countDispatches } from './dawn.mjs';
import { servePeer } from './serve.mjs';
import { tfjsPeer } from './tfjs.mjs';

// Its ES modules name files without their extension, which Node does not find: the CommonJS entry works.
createRequire(import.meta.url)('@tensorflow/tfjs-backend-webgpu');
await setBackend('webgpu');
servePeer(tfjsPeer(adapterName, countDispatches));
