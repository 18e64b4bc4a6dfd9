import { MovtError } from '@movt/kernels';
import { Command, CommanderError } from 'commander';

/** Commands by name, loaded when they are asked for: what draws a page takes half a second, and some are started for every kernel. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  compare: async () => (await import('./commands/compare.ts')).compareCommand(),
  cost: async () => (await import('./commands/cost.ts')).costCommand(),
  kernels: async () => (await import('./commands/kernels.ts')).kernelsCommand(),
  kernel: async () => (await import('./commands/kernel.ts')).kernelCommand(),
  'kernel-worker': async () => (await import('./commands/kernel-worker.ts')).kernelWorkerCommand(),
  model: async () => (await import('./commands/model.ts')).modelCommand(),
  'first-answer': async () => (await import('./commands/first-answer.ts')).firstAnswerCommand(),
  isa: async () => (await import('./commands/isa.ts')).isaCommand(),
  pareto: async () => (await import('./commands/pareto.ts')).paretoCommand(),
  peers: async () => (await import('./commands/peers.ts')).peersCommand(),
  study: async () => (await import('./commands/study.ts')).studyCommand(),
  tracker: async () => (await import('./commands/tracker.ts')).trackerCommand(),
  train: async () => (await import('./commands/train.ts')).trainCommand(),
  tune: async () => (await import('./commands/tune.ts')).tuneCommand(),
};

/** Those that this program starts itself. */
const HIDDEN: readonly string[] = ['kernel-worker', 'first-answer'];

const program = new Command('bench')
  .description('measures the kernels and models of movt on one adapter')
  .exitOverride()
  .addHelpText(
    'after',
    '\nAny command takes --adapter auto|gpu|lavapipe|swiftshader|FILE.json|list to choose the adapter.',
  );

// Where none is named help lists them all, and a name that is none is told the one that is meant.
const [named] = process.argv.slice(2);
for (const name of Object.hasOwn(COMMANDS, named ?? '') ? [named] : Object.keys(COMMANDS)) {
  program.addCommand(await COMMANDS[name](), { hidden: HIDDEN.includes(name) });
}

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
