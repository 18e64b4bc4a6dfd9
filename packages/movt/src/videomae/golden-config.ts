import { parseVideomaeConfig, type VideomaeConfig } from './config.ts';

/** The configuration of a golden file, whose keys are those of the authors' constructor. */
export function goldenConfig(config: unknown, source: string): VideomaeConfig {
  const { imageSize, dim, depth, classes, ...rest } = config as Record<string, unknown>;
  const renamed = { size: imageSize, width: dim, layers: depth, outputs: classes, ...rest };
  return parseVideomaeConfig({ model: 'videomae', mlpRatio: 4, normEps: 1e-6, fcNormEps: 1e-6, ...renamed }, source);
}
