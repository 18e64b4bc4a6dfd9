/** Training as `movt train` does it, for programs that train many models. */
export { type EpochProgress, type FitState, fit } from './fit.ts';
export { bestEpoch, type EpochRecord, isFinished } from './history.ts';
export type { Run } from './run-state.ts';
export { parseSettings, type TrainSettings, type TrainSettingsInput } from './settings.ts';
export { splitForTraining } from './splits.ts';
