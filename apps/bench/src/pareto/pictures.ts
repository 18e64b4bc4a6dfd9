import { cascadePicture } from 'movt/evaluate/cascade-picture';
import { perClassPicture } from 'movt/evaluate/per-class-picture';
import type { ParetoReport, Picture } from './report.ts';

/** The pictures beside the trade-off: those of the report's own figures, then those that it was given. */
export function picturesOf({ cascade, perClass, pictures }: ParetoReport): Picture[] {
  const own: Picture[] = [];
  if (cascade) {
    const { small, big } = cascade;
    const sweep = cascade.sweep.map(({ expectedGmac, ...row }) => ({ ...row, expectedCost: expectedGmac }));
    own.push({
      title: 'Cascade',
      svg: cascadePicture(sweep, [], { small, big, unit: 'GMAC a clip, models' }),
      caption: `${small} answers where it is sure enough, ${big} the rest; on the validation clips.`,
    });
  }
  if (perClass) {
    const { movt, pixt } = perClass;
    const classes = perClass.classes.map((row) => ({ name: row.name, clips: row.clips, a: row.movt, b: row.pixt }));
    own.push({
      title: 'Class by class',
      svg: perClassPicture(classes, { a: movt, b: pixt }),
      caption: 'A dot a class, of the test clips; above the diagonal motion tells it better.',
    });
  }
  return [...own, ...pictures];
}
