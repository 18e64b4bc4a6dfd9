import { perClassPicture } from 'movt/evaluate/per-class-picture';
import type { ParetoReport, Picture } from './report.ts';

/** The pictures beside the trade-off: the report's classes, then what other studies drew. */
export function picturesOf({ perClass, pictures }: ParetoReport): Picture[] {
  if (!perClass) return [...pictures];
  const { movt, pixt } = perClass;
  const classes = perClass.classes.map((row) => ({ name: row.name, clips: row.clips, a: row.movt, b: row.pixt }));
  const scatter = {
    title: 'Class by class',
    svg: perClassPicture(classes, { a: movt, b: pixt }),
    caption: 'A dot a class, of the test clips; above the diagonal motion tells it better.',
  };
  return [scatter, ...pictures];
}
