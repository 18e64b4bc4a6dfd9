import { IMAGENET } from '@movt/kernels';
import { type Checkpoint, encodeCheckpoint } from '../checkpoint.ts';
import type { VideomaeConfig } from '../videomae/config.ts';
import { videomaeParameters } from '../videomae/parameters.ts';
import { positionTable } from '../videomae/positions.ts';
import { createGraph } from './graph.ts';
import { createLayers, transpose } from './layers.ts';

/**
 * A VideoMAE as an ONNX file of operator set 17, plain operators only, normalising included.
 *
 * Input: `video` [B,frames,size,size,3], single precision, R, G and B of 0 … 255; B is open. Output: `logits` [B,outputs]. Metadata: those of the checkpoint. Attention holds
 * its scores, [B,heads,tokens,tokens], where a runtime does not fuse it.
 *
 * @throws MovtError limit_exceeded for a model beyond protobuf's 2 GiB
 */
export function encodeVideomaeOnnx(checkpoint: Checkpoint<VideomaeConfig>): Uint8Array {
  const { config, weights } = checkpoint;
  const { frames, size, tubelet, patch, width, layers, heads, outputs, normEps, fcNormEps } = config;
  const graph = createGraph();
  const { node, integers, constant } = graph;
  const { parameter, affine, linear, gelu, norm, attention } = createLayers(graph, videomaeParameters(config), weights);

  /** The video cut into tubelets: [B,tokens,tubelet·patch·patch·3], in the order of the video's axes. */
  const [slices, rows] = [frames / tubelet, size / patch];
  const inputs = tubelet * patch * patch * 3;
  const scaled = node('Mul', [
    'video',
    constant(
      'scale',
      [3],
      Float32Array.from(IMAGENET.deviation, (d) => 1 / 255 / d),
    ),
  ]);
  const shift = Float32Array.from(IMAGENET.mean, (mean, c) => mean / IMAGENET.deviation[c]);
  const normalised = node('Sub', [scaled, constant('shift', [3], shift)]);
  // In two steps, since not every runtime transposes seven axes: rows of a frame into patches, then patches of frames into tubelets.
  const swapMiddle = (x: string, shape: readonly number[]) =>
    node('Transpose', [node('Reshape', [x, integers(shape)])], { perm: [0, 2, 1, 3] });
  const inPatches = swapMiddle(normalised, [-1, patch, rows, patch * 3]);
  const inTubelets = swapMiddle(inPatches, [-1, tubelet, rows * rows, patch * patch * 3]);
  const patches = node('Reshape', [inTubelets, integers([-1, slices * rows * rows, inputs])]);

  // A Conv3d whose steps are its size is a matrix product; its weight [width, 3, tubelet, patch, patch] has the channels outside.
  const channelsLast = new Float32Array(inputs * width);
  const weight = weights.get('patch_embed.proj.weight')!;
  for (let o = 0; o < width; o++) {
    const filter = weight.subarray(o * inputs, (o + 1) * inputs);
    channelsLast.set(transpose(filter, 3, inputs / 3), o * inputs);
  }
  const embedding = constant('patch_embed.proj.weight', [inputs, width], transpose(channelsLast, width, inputs));
  const embedded = node('Add', [node('MatMul', [patches, embedding]), parameter('patch_embed.proj.bias')]);
  const tokens = slices * rows * rows;
  let x = node('Add', [embedded, constant('positions', [tokens, width], positionTable(tokens, width))]);

  for (let i = 0; i < layers; i++) {
    const block = `blocks.${i}`;
    const bias = new Float32Array(3 * width); // keys have none
    bias.set(weights.get(`${block}.attn.q_bias`)!);
    bias.set(weights.get(`${block}.attn.v_bias`)!, 2 * width);
    const packed = linear(
      norm(`${block}.norm1`, x, normEps),
      `${block}.attn.qkv.weight`,
      constant(`${block}.attn.qkv.bias`, [3 * width], bias),
    );
    x = node('Add', [x, affine(`${block}.attn.proj`, attention(packed, width, heads))]);
    const hidden = gelu(affine(`${block}.mlp.fc1`, norm(`${block}.norm2`, x, normEps)));
    x = node('Add', [x, affine(`${block}.mlp.fc2`, hidden)]);
  }
  const pooled = node('ReduceMean', [x], { axes: [1], keepdims: 0 });
  const head = [norm('fc_norm', pooled, fcNormEps), parameter('head.weight'), parameter('head.bias')];
  node('Gemm', head, { transB: 1 }, 'logits');
  const video = { name: 'video', shape: ['B', frames, size, size, 3] };
  return graph.encode(
    'videomae',
    [video],
    [{ name: 'logits', shape: ['B', outputs] }],
    encodeCheckpoint(checkpoint).metadata,
  );
}
