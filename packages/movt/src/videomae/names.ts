/** How others name the parameters of VideoMAE. Ours are those of the authors' fine-tuning checkpoints. */
import { badInput } from '@movt/kernels';
import type { TensorEntry } from '@movt/kernels/safetensors';

/** The authors' names (https://github.com/MCG-NJU/VideoMAE), or those of Hugging Face's port. */
export type Naming = 'authors' | 'huggingface';

/** What names and shapes say of a model; frames, size of the pictures and heads leave no trace in them. */
export interface VideomaeSizes {
  readonly width: number;
  readonly layers: number;
  readonly tubelet: number;
  readonly patch: number;
  readonly outputs: number;
}

/** A VideoMAE in somebody's file. */
export interface NamedVideomae {
  readonly naming: Naming;
  readonly sizes: VideomaeSizes;
  /** By their names without what wrappers put before them. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/** Where each naming has the three tensors that tell the sizes, and its blocks. */
const LANDMARKS = {
  authors: { patches: 'patch_embed.proj.weight', head: 'head.weight', block: /^blocks\.(\d{1,4})\./ },
  huggingface: {
    patches: 'videomae.embeddings.patch_embeddings.projection.weight',
    head: 'classifier.weight',
    block: /^videomae\.encoder\.layer\.(\d{1,4})\./,
  },
} as const;

/** torch.nn.DataParallel's, and those under which others keep this model as a part of theirs. */
const WRAPPERS = /^(module\.|encoder\.|backbone\.)+/;

/** What only pre-training needs: it guesses masked patches, and has no head. */
const PRETRAINING = /^(decoder\.|mask_token$|encoder_to_decoder\.)/;

/**
 * Finds out whose names a file's tensors have, and how large its model is.
 *
 * @throws MovtError bad_input for a pre-training checkpoint and for other models, with what was expected and what is there
 */
export function recogniseVideomae(file: ReadonlyMap<string, TensorEntry>, source: string): NamedVideomae {
  const refuse = (given: string, needed: string, fix?: string) =>
    badInput({ action: `reading ${source} as VideoMAE`, given, needed, ...(fix && { fix }) });
  const tensors = new Map([...file].map(([name, tensor]) => [name.replace(WRAPPERS, ''), tensor]));
  if (tensors.size < file.size) throw refuse('two tensors of one name under different wrappers', 'one model');
  const foreign = [...tensors.keys()].find((name) => PRETRAINING.test(name));
  const naming = (Object.keys(LANDMARKS) as Naming[]).find((each) => tensors.has(LANDMARKS[each].patches));
  if (foreign !== undefined) {
    throw refuse(
      `a checkpoint of pre-training (it has ${foreign.slice(0, 60)})`,
      'one of fine-tuning, with fc_norm and a head',
      'Fine-tune it first: the decoder answers nothing about actions.',
    );
  }
  if (!naming) {
    const found = [...tensors.keys()].slice(0, 5).map((name) => name.slice(0, 60));
    throw refuse(
      `${tensors.size} tensors by other names (${found.join(', ') || 'none'})`,
      `${LANDMARKS.authors.patches} and so on (the authors' names) or ${LANDMARKS.huggingface.patches} (Hugging Face's)`,
    );
  }

  const { patches, head, block } = LANDMARKS[naming];
  const { shape } = tensors.get(patches)!;
  const [width, channels, tubelet, patch] = shape;
  if (shape.length !== 5 || channels !== 3 || shape[4] !== patch) {
    throw refuse(`${patches} [${shape.slice(0, 8).join(', ')}]`, '[width, 3, tubelet, patch, patch]');
  }
  const headShape = tensors.get(head)?.shape;
  if (headShape?.length !== 2) {
    const given = headShape ? `${head} [${headShape.slice(0, 8).join(', ')}]` : `no ${head}`;
    throw refuse(given, `[outputs, ${width}]`, 'A checkpoint without a head has to be fine-tuned first.');
  }
  const layers =
    1 + [...tensors.keys()].reduce((last, name) => Math.max(last, Number(block.exec(name)?.[1] ?? -1)), -1);
  return { naming, sizes: { width, layers, tubelet, patch, outputs: headShape[0] }, tensors };
}

/** Hugging Face's names of a block's parts. */
const BLOCK_PARTS: Readonly<Record<string, string>> = {
  norm1: 'layernorm_before',
  attn: 'attention.attention',
  'attn.proj': 'attention.output.dense',
  norm2: 'layernorm_after',
  'mlp.fc1': 'intermediate.dense',
  'mlp.fc2': 'output.dense',
};

/** Whether names look like those of a VideoMAE at all, so that what is wrong with them is worth saying. */
export function looksLikeVideomae(names: Iterable<string>): boolean {
  return [...names].some((name) => /^(patch_embed|blocks|videomae)\./.test(name.replace(WRAPPERS, '')));
}

/** Which of Hugging Face's tensors make up one of ours, one below the other: queries, keys and values are separate there. */
export function huggingFaceNames(name: string): readonly string[] {
  const inBlock = /^blocks\.(\d+)\.(.+)\.(\w+)$/.exec(name);
  if (inBlock) {
    const [, layer, part, kind] = inBlock;
    const block = `videomae.encoder.layer.${layer}`;
    if (part === 'attn.qkv')
      return ['query', 'key', 'value'].map((each) => `${block}.attention.attention.${each}.${kind}`);
    return [`${block}.${BLOCK_PARTS[part]}.${kind}`];
  }
  const renamed = name
    .replace(/^patch_embed\.proj\./, 'videomae.embeddings.patch_embeddings.projection.')
    .replace(/^head\./, 'classifier.');
  return [renamed];
}
