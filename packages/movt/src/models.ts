import type { MovtConfig } from './config.ts';
import { parseConfig } from './config.ts';
import type { Model } from './model.ts';
import { movtModel } from './movt-model.ts';
import { type PixtConfig, parsePixtConfig } from './pixt/config.ts';
import { pixtModel } from './pixt/model.ts';

/** The configuration of any model: MovT's, or one whose key `model` names another kind. */
export type ModelConfig = MovtConfig | PixtConfig;

/** Whether a configuration is MovT's, which names no kind. */
export function isMovt(config: ModelConfig): config is MovtConfig {
  return !('model' in config);
}

/** The model of a configuration. */
// biome-ignore lint/suspicious/noExplicitAny: what its clips are depends on the configuration
export function modelOf(config: ModelConfig): Model<any> {
  return isMovt(config) ? movtModel(config) : pixtModel(config);
}

/**
 * Checks a configuration of any kind of model.
 * @param source where it came from, for the error message
 * @throws MovtError bad_input with the key, its value and what is allowed
 */
export function parseModelConfig(value: unknown, source: string): ModelConfig {
  const kind = typeof value === 'object' && value !== null && 'model' in value ? value.model : undefined;
  return kind === 'pixt' ? parsePixtConfig(value, source) : parseConfig(value, source);
}
