/** The `movt` command. In Node, bin/movt.mjs has chosen the Vulkan driver before it starts this. */
import { type ErrorCode, MovtError } from '@movt/kernels';
import { Command, CommanderError } from 'commander';
import { addData } from './data.ts';
import { addDemo } from './demo.ts';
import { addEval } from './eval.ts';
import { addExplain } from './explain.ts';
import { addExport } from './export.ts';
import { addInfo } from './info.ts';
import { addInit } from './init.ts';
import { addPredict } from './predict.ts';
import { progress } from './progress.ts';
import { addTrack } from './track.ts';
import { addTrain } from './train.ts';
import { VERSION } from './version.ts';

const ADAPTER_HELP = `
Also, with any command:
  --adapter <which>  auto, gpu, lavapipe, swiftshader, a Vulkan driver's .json, or list: shows what there is`;

/** What a user can put right: exit code 2. Anything else is 1. */
const USER_ERRORS: readonly ErrorCode[] = [
  'bad_input',
  'limit_exceeded',
  'missing_dependency',
  'no_adapter',
  'not_finite',
];

const program = new Command('movt')
  .description('what happens in a video, from long-term point tracks, on hand-written WGSL')
  .version(VERSION)
  .addHelpText('afterAll', ADAPTER_HELP)
  // Settings that the commands below inherit.
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(`movt: ${text.trim().replaceAll('\n', ' ')}\n`) });

const COMMANDS = [addDemo, addTrack, addPredict, addTrain, addEval, addExplain, addInit, addExport, addData, addInfo];
for (const add of COMMANDS) add(program);

try {
  await program.parseAsync();
} catch (error) {
  progress.end();
  process.exitCode = report(error);
}

/** One line for what is expected to happen, a stack trace for what is not; the exit code. */
function report(error: unknown): number {
  // Help and versions come this way too, and commander has printed its errors already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof MovtError)) {
    console.error(error);
    return 1;
  }
  console.error(`movt: ${error.message.replaceAll('\n', ' ')}`);
  return USER_ERRORS.includes(error.code) ? 2 : 1;
}
