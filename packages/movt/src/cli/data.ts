import type { Command } from 'commander';
import { addConvert } from './data-convert.ts';
import { addMotion12 } from './data-motion-12.ts';

/** `movt data`: commands that make data sets. */
export function addData(program: Command): void {
  const data = program.command('data').description('make data sets: tracks files, or folders of them');
  for (const add of [addConvert, addMotion12]) add(data);
}
