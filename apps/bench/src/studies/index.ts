import { cascade } from './cascade.ts';
import { dropping } from './dropping.ts';
import { fusion } from './fusion.ts';
import { importance } from './importance.ts';
import { linearProbe } from './linear-probe.ts';
import { lowData } from './low-data.ts';
import { perClass } from './per-class.ts';
import type { Study } from './study.ts';
import { sweep } from './sweep.ts';
import { temporalCropping } from './temporal-cropping.ts';
import { tsne } from './tsne.ts';

/** The studies by the name of their commands and files. */
export const STUDIES: Readonly<Record<string, Study>> = {
  'temporal-cropping': temporalCropping,
  'low-data': lowData,
  dropping,
  'linear-probe': linearProbe,
  tsne,
  'per-class': perClass,
  importance,
  cascade,
  fusion,
  sweep,
};
