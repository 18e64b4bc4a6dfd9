import type { Command } from 'commander';
import { addConvert } from './data-convert.ts';
import { addMotion12 } from './data-motion-12.ts';
import { addVideos } from './data-videos.ts';

/** `movt data`: commands that make data sets. */
export function addData(program: Command): void {
  const data = program
    .command('data')
    .description('make data sets: tracks files, videos, or what models take of videos');
  for (const add of [addConvert, addMotion12, addVideos]) add(data);
}
