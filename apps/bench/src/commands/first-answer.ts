import { createContext } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { Command } from 'commander';
import { predictorOf } from 'movt';
import type { FirstAnswer } from '../model/first-answer.ts';
import { joinProfiles } from '../model/run-profile.ts';
import { workloadOf } from '../model/workload.ts';
import { wholeNumber } from '../options.ts';

/** `bench first-answer`: what `bench model` starts in fresh processes. It prints one line of JSON. */
export function firstAnswerCommand(): Command {
  return new Command('first-answer')
    .description('time this process from its start to its first answer')
    .argument('<preset>')
    .requiredOption('--batch <B>', '', wholeNumber(1))
    .requiredOption('--frames <T>', '', wholeNumber(1))
    .requiredOption('--points <N>', '', wholeNumber(1))
    .action(firstAnswer);
}

async function firstAnswer(
  preset: string,
  { batch, frames, points }: { batch: number; frames: number; points: number },
): Promise<void> {
  // performance.now() counts from the start of the process.
  const process_ms = performance.now();
  const { model, weights, drawClips } = workloadOf(preset, frames, points);
  const clips = drawClips(batch);

  let started = performance.now();
  const lap = () => {
    const ms = performance.now() - started;
    started += ms;
    return ms;
  };
  const context = await createContext({ gpu: await platformGpu() });
  const device_ms = lap();
  const predictor = predictorOf(context, model, weights);
  const weights_ms = lap();
  const firstBatches = await predictor.profile(clips, 'dispatch');
  const first = joinProfiles(firstBatches);
  const second = joinProfiles(await predictor.profile(clips, 'dispatch'));
  const compile_ms = firstBatches.reduce((sum, { compileMs }) => sum + compileMs, 0);
  const answer: FirstAnswer = {
    process_ms,
    device_ms,
    weights_ms,
    compile_ms,
    first_run_ms: first.wallMs,
    total_ms: process_ms + device_ms + weights_ms + compile_ms + first.wallMs,
    second_run_ms: second.wallMs,
    pipelines: context.pipelines.made.map(({ name, ms }) => ({ kernel: name, compile_ms: ms })),
    dispatches:
      first.gpu && second.gpu
        ? first.dispatches.map(({ label, kernel }, i) => ({
            label,
            kernel,
            first_ms: first.gpu![i].end - first.gpu![i].start,
            second_ms: second.gpu![i].end - second.gpu![i].start,
          }))
        : null,
  };
  console.log(JSON.stringify(answer));
  await predictor.destroy();
  context.destroy();
}
