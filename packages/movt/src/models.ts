import { badInput } from '@movt/kernels';
import { type MovtConfig, parseConfig } from './config.ts';
import { type FusionConfig, parseFusionConfig } from './fusion/config.ts';
import { fusionModel } from './fusion/model.ts';
import type { Model } from './model.ts';
import { movtModel } from './movt-model.ts';
import { type PixtConfig, parsePixtConfig } from './pixt/config.ts';
import { pixtModel } from './pixt/model.ts';
import { shown } from './validate.ts';
import { parseVideomaeConfig, type VideomaeConfig } from './videomae/config.ts';
import { videomaeModel } from './videomae/model.ts';

/** The configuration of any model: MovT's, or one whose key `model` names another kind. */
export type ModelConfig = MovtConfig | PixtConfig | VideomaeConfig | FusionConfig;

/** Whether a configuration is MovT's, which names no kind. */
export function isMovt(config: ModelConfig): config is MovtConfig {
  return !('model' in config);
}

/** The model of a configuration. */
// biome-ignore lint/suspicious/noExplicitAny: what its clips are depends on the configuration
export function modelOf(config: ModelConfig): Model<any> {
  if (isMovt(config)) return movtModel(config);
  switch (config.model) {
    case 'pixt':
      return pixtModel(config);
    case 'videomae':
      return videomaeModel(config);
    case 'fusion':
      return fusionModel(config);
  }
}

/** What reads the configuration of each kind. */
const PARSERS = { pixt: parsePixtConfig, videomae: parseVideomaeConfig, fusion: parseFusionConfig };

/**
 * Checks a configuration of any kind of model.
 * @param source where it came from, for the error message
 * @throws MovtError bad_input with the key, its value and what is allowed
 */
export function parseModelConfig(value: unknown, source: string): ModelConfig {
  if (typeof value !== 'object' || value === null || !('model' in value)) return parseConfig(value, source);
  const kind = Object.keys(PARSERS).find((name): name is keyof typeof PARSERS => name === value.model);
  if (kind) return PARSERS[kind](value, source);
  throw badInput({
    action: `reading the configuration in ${source}`,
    given: `model = ${shown(value.model)}`,
    needed: `one of ${Object.keys(PARSERS).join(', ')}, or no such key for a MovT`,
  });
}
