export type { Tracks } from '@movt/tracker/tracks';
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type Task } from './checkpoint.ts';
export { type MovtConfig, parseConfig } from './config.ts';
export { initialWeights, type Weights } from './init.ts';
export { encodeOnnx } from './onnx/export.ts';
export { movtParameters, type Parameter, parameterCount } from './parameters.ts';
export type { Shape } from './plan.ts';
export {
  type BatchProfile,
  type ClipFeatures,
  createPredictor,
  type Prediction,
  type PredictionCost,
  type Predictor,
  type PredictorOptions,
} from './predict.ts';
export { type PresetName, presetConfig, presetNames } from './presets.ts';
export { probabilities } from './probabilities.ts';
export {
  createTrainer,
  type StepProfile,
  type TrainBatch,
  type Trainer,
  type TrainerOptions,
} from './train/trainer.ts';
