/** Where things lie in a folder of Jester (20bn-jester-v1), and in ours of that layout. */
export const JESTER = {
  /** A folder a video, named by its id, with 00001.jpg … in it. */
  videos: '20bn-jester-v1',
  /** A class a line. */
  classes: 'jester-v1-labels.csv',
  /** `id;label` a line: train, validation, test. */
  parts: ['jester-v1-train.csv', 'jester-v1-validation.csv', 'jester-v1-test.csv'],
  /** Ours: the box of what matters in every frame, by id. */
  boxes: 'boxes.json',
} as const;
