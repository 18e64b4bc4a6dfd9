import { type Checkpoint, encodeCheckpoint } from '../checkpoint.ts';
import { movtParameters } from '../parameters.ts';
import { createGraph, type GraphValue } from './graph.ts';
import { createLayers } from './layers.ts';

/** torch.nn.LayerNorm's default, which MovT keeps. */
const NORM_EPS = 1e-5;

/**
 * The model as an ONNX file of operator set 17, plain operators only, so that any runtime can read it.
 *
 * Input: `tracks` [B,T,N,3], single precision, with B, T and N open; every clip has all of its frames and points (there is no mask).
 * Output: `logits` [B,outputs]; for regression the values. With `features` also `motion` and `position` [B,N,dim] (E_M, E_P) and
 * `features` [B,width] (E_F). Metadata: those of the checkpoint.
 *
 * @throws MovtError limit_exceeded for a model beyond protobuf's 2 GiB
 */
export function encodeOnnx(checkpoint: Checkpoint, { features = false } = {}): Uint8Array {
  const { config, weights } = checkpoint;
  const { dim, width, heads, kernel, motionHidden, positionHidden, layers, outputs } = config;
  const graph = createGraph();
  const { node } = graph;
  const { parameter, slice, affine, linear, relu, gelu, norm, attention } = createLayers(
    graph,
    movtParameters(config),
    weights,
  );
  const activation = config.activation === 'gelu' ? gelu : relu;
  /** Linear layers with ReLU after each, or after each but the last. */
  const mlp = (name: string, x: string, count: number, lastActivated: boolean) => {
    for (let i = 0; i < count; i++) {
      x = affine(`${name}.${2 * i}`, x);
      if (i < count - 1 || lastActivated) x = relu(x);
    }
    return x;
  };

  /** Tracks [B,T,N,3] → E_M [B,N,dim]. */
  const motionOf = (tracks: string, places: string) => {
    // Where each point was `lag` frames ago; before the first frame stands the first itself.
    const wayOver = (lag: number) => {
      const first = slice(places, 1, 0, 1);
      const earlier = slice(node('Concat', [...new Array(lag).fill(first), places], { axis: 1 }), 1, 0, -lag);
      return node('Sub', [places, earlier]);
    };
    const ways = config.velocityLags.map(wayOver);
    if (config.displacement) ways.push(node('Sub', [places, node('ReduceMean', [places], { axes: [1], keepdims: 1 })]));
    const features = node('Concat', [...ways, slice(tracks, 3, 2, 3)], { axis: 3 });
    const paths = node('Transpose', [features], { perm: [0, 2, 1, 3] }); // [B,N,T,features]
    const hidden = mlp('motion.mlp', paths, motionHidden.length, true);
    // Points lie along an axis that the convolution does not mix, so that B and N need not be merged.
    const filtered = node(
      'Conv',
      [
        node('Transpose', [hidden], { perm: [0, 3, 1, 2] }), // [B,channels,N,T]
        parameter('motion.conv.weight', [dim, motionHidden[motionHidden.length - 1], 1, kernel]),
        parameter('motion.conv.bias'),
      ],
      { kernel_shape: [1, kernel], pads: [0, (kernel - 1) / 2, 0, (kernel - 1) / 2] },
    );
    const largest = node('ReduceMax', [filtered], { axes: [3], keepdims: 0 });
    return node('Transpose', [largest], { perm: [0, 2, 1] });
  };

  const selfAttention = (name: string, x: string) => {
    const packed = linear(x, `${name}.in_proj_weight`, parameter(`${name}.in_proj_bias`));
    return affine(`${name}.out_proj`, attention(packed, width, heads));
  };

  const encoderLayer = (name: string, x: string) => {
    const add = (a: string, b: string) => node('Add', [a, b]);
    const attend = (tokens: string) => selfAttention(`${name}.self_attn`, tokens);
    const feedForward = (tokens: string) => affine(`${name}.linear2`, activation(affine(`${name}.linear1`, tokens)));
    if (config.normFirst) {
      const attended = add(x, attend(norm(`${name}.norm1`, x, NORM_EPS)));
      return add(attended, feedForward(norm(`${name}.norm2`, attended, NORM_EPS)));
    }
    const attended = norm(`${name}.norm1`, add(x, attend(x)), NORM_EPS);
    return norm(`${name}.norm2`, add(attended, feedForward(attended)), NORM_EPS);
  };

  const places = slice('tracks', 3, 0, 2); // [B,T,N,2]
  const motion = motionOf('tracks', places);
  const meanPlace = node('ReduceMean', [places], { axes: [1], keepdims: 0 });
  const position = mlp('position', meanPlace, positionHidden.length + 1, false);
  let tokens = affine('fuse', node('Concat', [motion, position], { axis: 2 }));
  for (let i = 0; i < layers; i++) tokens = encoderLayer(`encoder.layers.${i}`, tokens);
  const pooled = node('ReduceMean', [tokens], { axes: [1], keepdims: 0 });
  node('Gemm', [pooled, parameter('head.weight'), parameter('head.bias')], { transB: 1 }, 'logits');
  const results: GraphValue[] = [{ name: 'logits', shape: ['B', outputs] }];
  if (features) {
    const output = (name: string, value: string, shape: GraphValue['shape']) =>
      results.push({ name: node('Identity', [value], {}, name), shape });
    output('motion', motion, ['B', 'N', dim]);
    output('position', position, ['B', 'N', dim]);
    output('features', pooled, ['B', width]);
  }
  return graph.encode(
    'movt',
    [{ name: 'tracks', shape: ['B', 'T', 'N', 3] }],
    results,
    encodeCheckpoint(checkpoint).metadata,
  );
}
