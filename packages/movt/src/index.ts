export type { Tracks } from '@movt/tracker/tracks';
export { knnPurity, type Purity } from './analysis/knn-purity.ts';
export { type LabelledFeatures, type LinearProbe, linearProbe } from './analysis/linear-probe.ts';
export { type Checkpoint, decodeCheckpoint, decodeModelCheckpoint, encodeCheckpoint, type Task } from './checkpoint.ts';
export { type MovtConfig, parseConfig } from './config.ts';
export { costOf } from './cost/cost-of.ts';
export { type Cotracker3Size, cotracker3Cost } from './cost/cotracker3.ts';
export { kltCost, type TrackingSize } from './cost/klt.ts';
export type { Cost, Count, Operation, Work } from './cost/operation.ts';
export { type PlanCost, planCost } from './cost/plan-cost.ts';
export type { ClipSet } from './datasets/clip-set.ts';
export type { Calibration, CalibrationBin } from './evaluate/calibration.ts';
export {
  ABOVE_ALL,
  type CascadeCosts,
  type CascadeGoal,
  type CascadePoint,
  cascadeSweep,
  chooseThreshold,
  confidenceOf,
  judgeCascade,
} from './evaluate/cascade.ts';
export type { Logits } from './evaluate/check-logits.ts';
export { type ClassificationMetrics, classificationMetrics } from './evaluate/classification.ts';
export { type Answerer, type Cascade, type CascadeAnswer, createCascade } from './evaluate/create-cascade.ts';
export { trackImportance } from './evaluate/importance.ts';
export { chooseWeight, type FusedScore, lateFusion, lateFusionSweep } from './evaluate/late-fusion.ts';
export { logMeanProbabilities, logProbabilities } from './evaluate/log-probabilities.ts';
export { type ClassAccuracy, perClassAccuracy, perClassOverSeeds } from './evaluate/per-class.ts';
export { type RegressionMetrics, regressionMetrics } from './evaluate/regression.ts';
export { type FusionConfig, type FusionVariant, fusionConfig } from './fusion/config.ts';
export type { FusionClip } from './fusion/model.ts';
export { fusionFrozen, fusionWeights, type TrainedBranch } from './fusion/weights.ts';
export { initialWeights, type Weights } from './init.ts';
export type { Model, Network } from './model.ts';
export { isMovt, type ModelConfig, modelOf, parseModelConfig } from './models.ts';
export { encodeOnnx } from './onnx/export.ts';
export { encodeVideomaeOnnx } from './onnx/export-videomae.ts';
export { movtParameters, type Parameter, parameterCount } from './parameters.ts';
export { type PixelClip, pixelClip } from './pixt/clip.ts';
export type { PixtConfig } from './pixt/config.ts';
export { pixtPreset, pixtPresetNames } from './pixt/presets.ts';
export { type Box, evenGrid, type RgbaPicture, sampleBox, sampleMask } from './pixt/sample-box.ts';
export type { Shape } from './plan.ts';
export type {
  BatchProfile,
  PlanPrediction,
  PlanPredictor,
  PredictionCost,
  PredictOptions,
  RunCost,
} from './plan-predictor.ts';
export {
  type ClipFeatures,
  createPredictor,
  type DevicePredictor,
  type Prediction,
  type Predictor,
  type PredictorOptions,
} from './predict.ts';
export { type ModelPredictor, predictorOf } from './predictors.ts';
export { type PresetName, presetConfig, presetNames } from './presets.ts';
export { probabilities } from './probabilities.ts';
export { createTrackGradient, type TrackGradient } from './train/track-gradient.ts';
export {
  createTrainer,
  type StepProfile,
  type TrainBatch,
  type Trainer,
  type TrainerOptions,
  type TrainerState,
} from './train/trainer.ts';
export type { VideoClip } from './videomae/clip.ts';
export { parseVideomaeConfig, type VideomaeConfig } from './videomae/config.ts';
export { type ImportOptions, importVideomae } from './videomae/import.ts';
export { denseFrames, type Picture, preprocessFrames, uniformFrames } from './videomae/preprocess.ts';
export { type VideomaePresetName, videomaePreset, videomaePresetNames } from './videomae/presets.ts';
