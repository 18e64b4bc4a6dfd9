/** The kinds of models, in the order of legends. */
export const SERIES = ['MovT', 'PixT', 'VideoMAE', 'Late fusion', 'Cascade', 'Cross-attention'] as const;
export type Series = (typeof SERIES)[number];
