import { createHash } from 'node:crypto';
import type { ModelConfig } from 'movt';
import type { TrainSettings } from 'movt/train';
import type { StudyData } from './data.ts';

/** A model that a study wants trained. */
export interface RunRequest {
  /** For people: `movt-small, 16 frames, seed 1`. Two names may stand for one run. */
  readonly name: string;
  readonly config: ModelConfig;
  /** Its seed draws weights, batches, dropout and augmentation. */
  readonly settings: TrainSettings;
  readonly data: StudyData;
  /** The training clips that it may see, by index in the set; all where this is left out. */
  readonly training?: readonly number[];
  /** Of a fusion of trained models: those that it begins with. They are trained before it. */
  readonly branches?: { readonly movt: RunRequest; readonly videomae: RunRequest };
}

/** What tells a run from any other: a hash of all that decides its numbers, the adapter and the code excepted. */
export function runKey({ config, settings, data, training, branches }: RunRequest): string {
  const begun = branches && { branches: [runKey(branches.movt), runKey(branches.videomae)] };
  const identity = { config, settings, data: data.sha256, training: training ?? null, ...begun };
  return createHash('sha256')
    .update(JSON.stringify(inOrder(identity)))
    .digest('hex')
    .slice(0, 16);
}

/** A JSON value with the keys of its objects in order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(keys.map(([key, inner]) => [key, inOrder(inner)]));
}
