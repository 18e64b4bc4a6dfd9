/** Weights in the files of torch.save. */
export { isPytorch, parsePytorch } from './parse.ts';
