import type { Checkpoint, ModelConfig } from 'movt';

/** Where models come from. */
export interface Repository {
  /** Every version of every model, whether or not it can be read. */
  list(): Promise<{ readonly name: string; readonly version: string }[]>;
  /** Reads a version that was listed. Throws MovtError for one that is no checkpoint. */
  read(name: string, version: string): Promise<Checkpoint<ModelConfig>>;
}
