import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import { Command } from 'commander';
import { openContext } from '../open-context.ts';
import { wholeNumber, wholeNumbers } from '../options.ts';
import { checkOutput } from '../output.ts';
import { peersPage } from '../peers/page.ts';
import { planPeers } from '../peers/plan-peers.ts';
import { peersText } from '../peers/report.ts';

interface Options {
  batch: number[];
  frames: number;
  points: number;
  rounds: number;
  only?: string[];
  json?: boolean;
  html?: string;
}

/** `bench peers`: a model beside what a user would run it in instead. */
export function peersCommand(): Command {
  return new Command('peers')
    .description('time a model beside ONNX Runtime and other runtimes, on the same adapter, with answers checked first')
    .argument('[preset]', 'the model', 'movt-base')
    .option('--batch <list>', 'clips in a batch', wholeNumbers, [1, 32])
    .option('--frames <T>', 'frames of a clip', wholeNumber(2), 32)
    .option('--points <N>', 'points of a clip', wholeNumber(1), 60)
    .option('--rounds <count>', 'timed runs of each peer at each batch size', wholeNumber(1), 7)
    .option('--only <names>', 'these peers, and ours', (text: string) => text.split(','))
    .option('--json', 'print one JSON document on standard output')
    .option('--html <file>', 'also write the report as a page')
    .action(benchPeers);
}

async function benchPeers(preset: string, { only, json, html, ...comparison }: Options): Promise<void> {
  const say = (line: string) => console.error(`bench: ${line}`);
  if (html !== undefined) await checkOutput(html);
  const race = await planPeers('predict', preset, comparison, only);
  const context = await openContext();
  const { software } = context.traits;
  context.destroy(); // the peers have the adapter to themselves
  const report = await race(software, say);
  if (html !== undefined) await writeFileAtomic(html, peersPage(report));
  console.log(json ? JSON.stringify(report, null, 2) : peersText(report));
}
