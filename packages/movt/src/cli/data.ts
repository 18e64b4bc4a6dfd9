import type { Command } from 'commander';
import { addMotion12 } from './data-motion-12.ts';

/** `movt data`: tracks to learn from. */
export function addData(program: Command): void {
  const data = program.command('data').description('tracks to learn from');
  for (const add of [addMotion12]) add(data);
}
