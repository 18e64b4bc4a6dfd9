import { MovtError } from '@movt/kernels';
import { readAll } from '../experiment/train-all.ts';
import type { Workspace } from '../experiment/workspace.ts';
import type { Picture } from '../pareto/report.ts';
import { STUDIES } from './index.ts';
import { createLaboratory } from './laboratory.ts';
import type { StudyInputs } from './study.ts';

/** Studies whose pictures stand in the Pareto report, which draws classes and the ends of low data itself. */
const SHOWN = ['low-data', 'temporal-cropping', 'dropping', 'sweep', 'importance', 'tsne', 'cascade', 'fusion'];

/**
 * The pictures of those studies that have been carried out in a workspace, on the same data and by the same recipe; it computes nothing.
 */
export async function studyPictures(workspace: Workspace, inputs: StudyInputs): Promise<Picture[]> {
  const pictures = [];
  for (const name of SHOWN) pictures.push(...(await picturesOf(name, workspace, inputs)));
  return pictures;
}

async function picturesOf(name: string, workspace: Workspace, inputs: StudyInputs): Promise<Picture[]> {
  const study = STUDIES[name];
  try {
    const contenders = study.contenders(inputs);
    const requests = contenders.flatMap((contender) => contender.requests);
    const laboratory = createLaboratory(workspace, await readAll(workspace, requests, ''), null, '');
    const { pictures, summary } = await study.findings(inputs, contenders, laboratory);
    return Object.entries(pictures).map(([ending, svg]) => ({
      title: `bench study ${name}${ending && `, ${ending.slice(1)}`}`,
      svg,
      caption: `${study.description}. ${summary.join('; ')}`,
    }));
  } catch (error) {
    if (error instanceof MovtError && error.code === 'bad_input') return []; // it has not been carried out
    throw error;
  }
}
