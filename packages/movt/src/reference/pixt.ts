import type { Weights } from '../init.ts';
import type { PixelClip } from '../pixt/clip.ts';
import type { PixtConfig } from '../pixt/config.ts';
import {
  answerReference,
  encodeReference,
  pathOf,
  type ReferenceResult,
  type ReferenceTokens,
  type WeightedLayers,
  weightedLayers,
} from './trunk.ts';

/** PixT in float64: MovT on colours as they are, with a row of the embedding for each pixel's place. */
export function pixtReference(config: PixtConfig, weights: Weights, clip: PixelClip): ReferenceResult {
  const layers = weightedLayers(weights);
  return answerReference(config, layers, pixtEncoded(config, layers, clip));
}

/** PixT up to its last encoder layer. */
export function pixtEncoded(
  config: PixtConfig,
  layers: WeightedLayers,
  { data, T, N, places }: PixelClip,
): ReferenceTokens {
  const embedding = layers.weight('position.embedding');
  const pixels = Array.from({ length: N }, (_, i) => i);
  return encodeReference(
    config,
    layers,
    pixels.map((pixel) => pathOf(pixel, data, T, N)),
    pixels.map((pixel) => {
      const place = places?.[pixel] ?? pixel;
      return embedding.subarray(place * config.dim, (place + 1) * config.dim);
    }),
  );
}
