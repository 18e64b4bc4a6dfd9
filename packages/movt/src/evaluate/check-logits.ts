import { badInput } from '@movt/kernels';

/** One [classes] a clip. */
export type Logits = readonly (readonly number[] | Float32Array | Float64Array)[];

/**
 * Refuses answers of two models that are not about the same clips and classes.
 *
 * @param action what is being done, for the message
 * @param labels the clips' true classes, where they are needed
 * @throws MovtError bad_input for no clips, for other numbers of clips or classes, for an output that is no finite
 * number, and for a label that is no class
 */
export function checkLogits(action: string, a: Logits, b: Logits, labels?: readonly number[]): void {
  const refuse = (given: string, needed: string) => badInput({ action, given, needed });
  if (a.length === 0) throw refuse('no clips', 'at least one');
  if (b.length !== a.length) throw refuse(`answers for ${a.length} and for ${b.length} clips`, 'the same clips twice');
  const classes = a[0].length;
  for (const [i, row] of [...a, ...b].entries()) {
    const clip = i % a.length;
    if (row.length !== classes) throw refuse(`${row.length} outputs for clip ${clip}`, `${classes}, as for the others`);
    const wrong = row.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw refuse(`the output ${row[wrong]} for clip ${clip}`, 'finite outputs');
  }
  if (!labels) return;
  if (labels.length !== a.length) throw refuse(`${labels.length} labels for ${a.length} clips`, 'one a clip');
  const beyond = labels.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (beyond >= 0) throw refuse(`label ${labels[beyond]} of clip ${beyond}`, `a class from 0 to ${classes - 1}`);
}
