import type { GpuContext } from '@movt/kernels';
import type { Contender } from '../experiment/contenders.ts';
import type { Recipe } from '../experiment/recipe.ts';
import type { Trained } from '../experiment/trained.ts';
import type { TableRow } from '../table.ts';
import type { StudyClips } from './inputs.ts';

/** What a study is made of. */
export interface StudyInputs {
  readonly recipe: Recipe;
  readonly clips: StudyClips;
  /** The other set of a study between two. */
  readonly target: StudyClips | null;
}

/** What a study measures with. */
export interface Laboratory {
  /** A contender's models, one a seed. */
  modelsOf(contender: Contender): readonly Trained[];
  /**
   * A value, JSON, that the workspace keeps: it is computed where it is not there yet.
   * @param what all that decides it; `compute` and the code aside, nothing else does
   * @param compute may ask for the GPU
   * @throws MovtError bad_input where it is not there and nothing is to be computed
   */
  remember<Value>(what: object, compute: (open: () => Promise<GpuContext>) => Promise<Value>): Promise<Value>;
}

/** What a study found. */
export interface Findings {
  /** All of it, for the JSON document. */
  readonly data: object;
  /** The main figures, for the table and the CSV: at least one row. */
  readonly rows: readonly TableRow[];
  /** SVG documents by the ending of their names: `` for the main one. */
  readonly pictures: Readonly<Record<string, string>>;
  /** What the figures come to, in sentences. */
  readonly summary: readonly string[];
}

/** A study: models to train, and what is measured with them. */
export interface Study {
  readonly description: string;
  /** Whether it is about two sets. */
  readonly hasTarget?: true;
  /**
   * The models that it needs.
   * @throws MovtError bad_input for data that it cannot be made of
   */
  contenders(inputs: StudyInputs): readonly Contender[];
  /** Measures with the models that `contenders` names. */
  findings(inputs: StudyInputs, contenders: readonly Contender[], laboratory: Laboratory): Promise<Findings>;
}
