import { MovtError } from '@movt/kernels';
import { Command, CommanderError } from 'commander';
import { compareCommand } from './commands/compare.ts';
import { costCommand } from './commands/cost.ts';
import { firstAnswerCommand } from './commands/first-answer.ts';
import { isaCommand } from './commands/isa.ts';
import { kernelCommand } from './commands/kernel.ts';
import { kernelWorkerCommand } from './commands/kernel-worker.ts';
import { kernelsCommand } from './commands/kernels.ts';
import { modelCommand } from './commands/model.ts';
import { paretoCommand } from './commands/pareto.ts';
import { peersCommand } from './commands/peers.ts';
import { studyCommand } from './commands/study.ts';
import { trackerCommand } from './commands/tracker.ts';
import { trainCommand } from './commands/train.ts';
import { tuneCommand } from './commands/tune.ts';

const program = new Command('bench')
  .description('measures the kernels and models of movt on one adapter')
  .exitOverride()
  .addHelpText(
    'after',
    '\nAny command takes --adapter auto|gpu|lavapipe|swiftshader|FILE.json|list to choose the adapter.',
  )
  .addCommand(compareCommand())
  .addCommand(costCommand())
  .addCommand(kernelsCommand())
  .addCommand(kernelCommand())
  .addCommand(kernelWorkerCommand(), { hidden: true })
  .addCommand(modelCommand())
  .addCommand(firstAnswerCommand(), { hidden: true })
  .addCommand(isaCommand())
  .addCommand(paretoCommand())
  .addCommand(peersCommand())
  .addCommand(studyCommand())
  .addCommand(trackerCommand())
  .addCommand(trainCommand())
  .addCommand(tuneCommand());

// A command that is added ready-made inherits nothing by itself: without this its wrong options would exit 1.
for (const command of program.commands) command.copyInheritedSettings(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof MovtError) {
    console.error(error.message);
    process.exitCode = 2;
  } else throw error;
}
