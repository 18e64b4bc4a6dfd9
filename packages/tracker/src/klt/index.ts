export { recordKltFrame } from './frame.ts';
export { kltMemory } from './memory.ts';
