import type { DispatchInfo, Granularity, Plan, PlanProfile } from '@movt/kernels';

/** Where the time of a batch's plan went; its first stage, `pad`, lays the clips out as a batch. */
export interface PlanTimes extends Omit<PlanProfile, 'results'> {
  readonly dispatches: readonly DispatchInfo[];
}

/** Makes a batch's inputs and runs its plan on them, timed stage by stage and pass by pass. */
export async function profileBatch(
  plan: Plan,
  makeInputs: () => Parameters<Plan['profile']>[0],
  granularity: Granularity,
): Promise<PlanTimes & Pick<PlanProfile, 'results'>> {
  const started = performance.now();
  const inputs = makeInputs();
  const padMs = performance.now() - started;
  const { stages, ...rest } = await plan.profile(inputs, granularity);
  // Setting the clocks lay in between, which is no part of a run.
  const end = stages[0].start;
  return { ...rest, stages: [{ name: 'pad', start: end - padMs, end }, ...stages], dispatches: plan.dispatches };
}
