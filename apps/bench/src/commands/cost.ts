import { badInput } from '@movt/kernels';
import { Command, InvalidArgumentError } from 'commander';
import { groupOperations } from '../cost/groups.ts';
import { countPublished, type Printed, type PublishedRow } from '../cost/published.ts';
import {
  type CountedSubject,
  countSubject,
  DEFAULTS,
  type PixelSize,
  subjectNames,
  VIDEO_DEFAULTS,
} from '../cost/subjects.ts';
import { wholeNumber } from '../options.ts';
import { printTable } from '../table.ts';

interface Options {
  frames?: number;
  points?: number;
  classes?: number;
  size?: PixelSize;
  table?: boolean;
  json?: boolean;
}

const DECODING =
  'decoding a video is not arithmetic that these conventions count; commands that decode tell its milliseconds.';

const CONVENTIONS = `thop: what the paper printed, multiply-accumulates that the thop profiler sees; mac: all of them; flop: 2·mac and element-wise work.
Scope model+tracker+decode: ${DECODING}`;

/** `bench cost`: what a model or a tracker computes, counted and not measured. */
export function costCommand(): Command {
  return new Command('cost')
    .description('count what a model or a tracker computes, in three conventions; needs no GPU')
    .argument('[name]', subjectNames.join(', '))
    .option(
      '--frames <T>',
      `frames of a clip (${DEFAULTS.frames}; of VideoMAE ${VIDEO_DEFAULTS.frames})`,
      wholeNumber(1),
    )
    .option('--points <N>', `points of a clip (${DEFAULTS.points})`, wholeNumber(1))
    .option(
      '--classes <C>',
      `outputs of the head (${DEFAULTS.classes}; of VideoMAE ${VIDEO_DEFAULTS.classes})`,
      wholeNumber(1),
    )
    .option('--size <WxH>', `pixels of a frame, for KLT (${DEFAULTS.size.width}x${DEFAULTS.size.height})`, pixelSize)
    .option('--table', 'the figures that the paper prints, beside what is counted here')
    .option('--json', 'print one JSON document on standard output')
    .action(benchCost);
}

function benchCost(name: string | undefined, { table, json, ...sizes }: Options): void {
  if (table) {
    if (name !== undefined || Object.values(sizes).some((size) => size !== undefined)) {
      throw badInput({ action: 'counting cost', given: '--table with more', needed: '--table alone' });
    }
    const rows = countPublished();
    if (json) console.log(JSON.stringify({ rows }, null, 2));
    else printPublished(rows);
    return;
  }
  if (name === undefined) {
    throw badInput({
      action: 'counting cost',
      given: 'no name',
      needed: `one of ${subjectNames.join(', ')}`,
      fix: 'Or --table for the figures of the paper.',
    });
  }
  const counted = countSubject(name, sizes);
  for (const size of counted.idle) console.error(`bench: the cost of ${name} does not depend on --${size}`);
  if (json) console.log(JSON.stringify(asJson(counted), null, 2));
  else printSubject(counted);
}

function asJson({ name, sizes, cost, scopes }: CountedSubject) {
  return { name, ...sizes, ...cost, ...(scopes.length > 0 && { scopes, decoding: DECODING }) };
}

function printSubject({ name, sizes, cost, scopes }: CountedSubject): void {
  const { thop, mac, flop, bytes, operations } = cost;
  const { size, ...counts } = sizes;
  const words = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  console.log(
    `${name}: ${[...words, ...(size && scopes.length === 0 ? [`${size.width}×${size.height}`] : [])].join(', ')}\n`,
  );
  const rows = groupOperations(operations).map((group) => ({
    operation: group.name,
    kernel: group.kernel,
    times: group.count,
    'thop M': group.thop.macs / 1e6,
    MMAC: group.macs / 1e6,
    MFLOP: group.flops / 1e6,
    'share of MAC': `${((100 * group.macs) / (mac.gops * 1e9)).toFixed(1)} %`,
    MB: group.bytes / 1e6,
    parameters: group.parameters,
  }));
  const total = {
    operation: 'total',
    kernel: '',
    times: operations.length,
    'thop M': thop.gops * 1e3,
    MMAC: mac.gops * 1e3,
    MFLOP: flop.gops * 1e3,
    'share of MAC': '100 %',
    MB: bytes / 1e6,
    parameters: mac.params,
  };
  printTable([...rows, total]);
  console.log('');
  printTable([
    { convention: 'thop', '10⁹': thop.gops, parameters: thop.params },
    { convention: 'mac', '10⁹': mac.gops, parameters: mac.params },
    { convention: 'flop', '10⁹': flop.gops, parameters: flop.params },
  ]);
  if (scopes.length > 0) {
    console.log('');
    printTable(
      scopes.map(({ scope, tracker, thop, mac, flop }) => ({
        scope: tracker === undefined ? scope : `${scope}: ${tracker}`,
        'thop G': thop,
        GMAC: mac,
        GFLOP: flop,
      })),
    );
  }
  console.log(`\n${CONVENTIONS}`);
}

function printPublished(rows: readonly PublishedRow[]): void {
  const mark = (printed: Printed | undefined) => (printed ? `${printed.text} ${printed.agrees ? '✓' : '✗'}` : '');
  printTable(
    rows.map(({ label, cost: { thop, mac, flop }, paper }) => ({
      model: label,
      'thop G': thop.gops.toFixed(4),
      paper: mark(paper.gops),
      GMAC: mac.gops.toFixed(4),
      GFLOP: flop.gops.toFixed(4),
      'thop parameters': thop.params,
      'paper, M': mark(paper.params),
      parameters: mac.params,
    })),
  );
  console.log(`\n✓: rounded to as many digits, the count is what the paper prints.\n${CONVENTIONS}`);
}

function pixelSize(text: string): PixelSize {
  const sides = /^(\d+)[x×](\d+)$/.exec(text);
  if (!sides || Number(sides[1]) < 1 || Number(sides[2]) < 1) {
    throw new InvalidArgumentError('It must be WIDTHxHEIGHT, such as 512x384.');
  }
  return { width: Number(sides[1]), height: Number(sides[2]) };
}
