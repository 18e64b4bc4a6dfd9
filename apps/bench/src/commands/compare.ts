import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import { Command, Option } from 'commander';
import { assertSameMachine, findBaseline, readBaseline, storeBaseline } from '../compare/baselines.ts';
import { buildChild } from '../compare/build-child.ts';
import { type Side, startChild } from '../compare/child-process.ts';
import { compareReports } from '../compare/compare-reports.ts';
import { compareTrees } from '../compare/compare-trees.ts';
import { type Comparison, regressions } from '../compare/comparison.ts';
import { asPage } from '../compare/html.ts';
import { readReport } from '../compare/read-report.ts';
import { asMarkdown, asTable } from '../compare/text.ts';
import { commitOf, openTree, type Tree, workingTree } from '../compare/trees.ts';
import { inScratch, workspaceRoot } from '../compare/workspace.ts';
import type { CacheMode, Fingerprint } from '../measure/types.ts';
import { positive, wholeNumber } from '../options.ts';
import { checkOutput } from '../output.ts';

interface Options {
  margin: number;
  filter: string;
  mode: CacheMode;
  rounds: number;
  gate?: boolean;
  store?: boolean;
  baselines: string;
  spec?: string;
  json?: boolean;
  markdown?: boolean;
  html?: string;
}

/** `bench compare`: whether b is faster or slower than a, and whether that can be told from noise. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('tell whether kernels became faster or slower: FASTER, SLOWER, SAME or UNDECIDED for each row')
    .argument(
      '[a]',
      'a commit, a folder with packages/kernels in it, a report (.json) or, with --spec, a .wgsl; left out: the stored baseline',
    )
    .argument('[b]', 'the same; left out: the working tree')
    .option('--gate', 'exit with code 1 when a kernel became slower or fails')
    .option('--store', 'store the working tree, or a, as the baseline of this adapter, and compare nothing')
    .option('--baselines <folder>', 'where baselines lie', join(workspaceRoot(), '.bench/baselines'))
    .option(
      '--spec <file>',
      'what tells bindings, problems and reference of two WGSL files; see docs/bring-your-own-kernel.md',
    )
    .option('--filter <text>', 'only rows with this in their name', '')
    .option('--margin <share>', 'differences up to this do not count', positive, 0.03)
    .option('--rounds <count>', 'at most so many starts of both; fewer where intervals are narrow', wholeNumber(1), 12)
    .addOption(new Option('--mode <mode>', 'caches').choices(['hot', 'cold']).default('hot'))
    .option('--json', 'print one JSON document on standard output')
    .option('--markdown', 'print Markdown for a pull request')
    .option('--html <file>', 'write a page with a picture')
    .action(run);
}

async function run(a: string | undefined, b: string | undefined, options: Options): Promise<void> {
  if (options.store) return store(a, b, options);
  if (options.html) await checkOutput(options.html);
  const comparison = await compare(a, b, options);
  if (options.html) await writeFileAtomic(options.html, asPage(comparison));
  if (options.json) console.log(JSON.stringify(comparison, null, 2));
  else console.log(options.markdown ? asMarkdown(comparison) : asTable(comparison));
  if (options.gate && regressions(comparison).length > 0) process.exitCode = 1;
}

async function compare(a: string | undefined, b: string | undefined, options: Options): Promise<Comparison> {
  if (options.spec !== undefined) return ownKernels(a, b, options.spec, options);
  const reports = [a, b].filter((name) => name?.endsWith('.json'));
  if (reports.length === 0) return inScratch((scratch) => builds(a, b, scratch, options));
  if (reports.length < 2) {
    throw badInput({ action: 'comparing', given: `one report, ${reports[0]}`, needed: 'two reports, or two builds' });
  }
  const [before, after] = await Promise.all([readReport(a!), readReport(b!)]);
  if (options.gate && after.software) {
    throw badInput({
      action: 'comparing reports with --gate',
      given: 'reports of a software adapter, whose times compare only within one run',
      needed: 'builds, which are measured in one run',
      fix: 'Name a commit, or store a baseline with `bench compare --store`.',
    });
  }
  return compareReports({ label: a!, report: before }, { label: b!, report: after }, options.margin);
}

async function ownKernels(a: string | undefined, b: string | undefined, spec: string, options: Options) {
  if (!a || !b) throw badInput({ action: 'comparing by --spec', given: a ?? 'no file', needed: 'two WGSL files' });
  return inScratch(async (scratch) => {
    const file = join(scratch, 'own.mjs');
    await buildChild('own-child', workingTree(), file);
    const side = (label: string) => ({ label, file, args: [label, spec] });
    return compareTrees(side(a), side(b), { ...options, log });
  });
}

async function builds(a: string | undefined, b: string | undefined, scratch: string, options: Options) {
  const after = await sideOf(b === undefined ? workingTree() : await openTree(b, scratch), join(scratch, 'b.mjs'));
  const fingerprint = await fingerprintOf(after);
  const tree = await openTree(a ?? (await findBaseline(options.baselines, fingerprint)), scratch);
  const baseline = await readBaseline(tree.folder);
  if (baseline) assertSameMachine(baseline, fingerprint);
  const label = baseline ? `baseline of ${baseline.date} (${baseline.commit.slice(0, 10)})` : tree.label;
  const before = await sideOf({ ...tree, label }, join(scratch, 'a.mjs'));
  return compareTrees(before, after, { ...options, log });
}

async function sideOf(tree: Tree, file: string): Promise<Side> {
  await buildChild('registry-child', tree, file);
  return { label: tree.label, file };
}

const log = (line: string) => console.error(line);

async function store(a: string | undefined, b: string | undefined, { baselines }: Options): Promise<void> {
  if (b !== undefined) throw badInput({ action: 'storing a baseline', given: 'two trees', needed: 'one' });
  await inScratch(async (scratch) => {
    const tree = a === undefined ? workingTree() : await openTree(a, scratch);
    const fingerprint = await fingerprintOf(await sideOf(tree, join(scratch, 'a.mjs')));
    const commit = (await commitOf(a ?? 'HEAD')) ?? '';
    console.log(`stored ${tree.label}: ${await storeBaseline(baselines, tree, { fingerprint, commit })}`);
  });
}

/** Which machine a build finds itself on. */
async function fingerprintOf(side: Side): Promise<Fingerprint> {
  const child = startChild(side);
  try {
    return (await child.ask('open', {})).fingerprint;
  } finally {
    child.stop();
  }
}
