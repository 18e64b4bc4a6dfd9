// What `POST /v1/predict` answers, as far as this page reads it.

export interface WireTracks {
  readonly T: number;
  readonly N: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** [T,N,3] x, y in pixels, visible. */
  readonly data: readonly number[];
}

/** A piece of the tracks as they come: `T` frames from `first` on. */
export interface WireTracksEvent extends WireTracks {
  readonly first: number;
}

export interface WireStage {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

export interface WireAnswer {
  readonly model: string;
  readonly version: string;
  /** Of a classifier. */
  readonly top?: readonly { readonly index: number; readonly label: string; readonly probability: number }[];
  readonly timing: Readonly<Record<string, number>>;
  readonly tracks?: WireTracks;
  /** Of a model that regresses. */
  readonly values?: readonly number[];
  readonly importance?: readonly number[];
  readonly warnings: readonly string[];
}

export interface WireError {
  readonly error: string;
  readonly status: number;
}
