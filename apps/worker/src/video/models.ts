import { isMovt, type VideomaeConfig } from 'movt';
import { Refusal } from '../refusal.ts';
import type { PredictQuery } from '../schemas/v1.ts';
import type { Service } from '../service.ts';

export type ReadyModel = ReturnType<Service['model']>;

/** Which models a prediction asks. */
export interface Asked {
  readonly first: ReadyModel;
  /** Of a cascade: asked where the first one's confidence is below the threshold. */
  readonly second: ReadyModel | null;
  readonly threshold: number;
}

const ACTION = 'reading the query';
const refuse = (given: string, needed: string) => new Refusal(400, `${ACTION}: got ${given}, need ${needed}.`);

/**
 * Finds the models before any work is done.
 * @param sendsTracks whether it is tracks that were sent
 * @throws Refusal 404 or 503 as `Service.model`; 400 for what these models cannot do
 */
export function askedModels(service: Service, query: PredictQuery, sendsTracks: boolean): Asked {
  const { model: name = onlyModel(service), version, cascade, importance, tracks } = query;
  const first = service.model(name, version);
  const [secondName, threshold] = cascade?.split(':') ?? [];
  const second = secondName === undefined ? null : service.model(secondName);
  const isClassifier = ({ description }: ReadyModel) => description.task === 'classification';
  for (const each of second ? [first, second] : [first]) checkKind(each, sendsTracks);
  if (second) {
    if (![first, second].every(isClassifier)) throw refuse(`cascade=${cascade}`, 'two models that tell classes');
    const [here, there] = [first, second].map(({ description }) => description.config.outputs);
    if (here !== there) throw refuse(`a cascade of ${here} and ${there} classes`, 'models of the same classes');
  }
  if (first.description.takes === 'video' && importance) {
    throw refuse(`importance=1 of '${name}', which takes pictures`, 'a model that takes tracks');
  }
  if (first.description.takes === 'video' && tracks) {
    throw refuse(`tracks=1 of '${name}', which takes pictures`, 'a model that takes tracks, or /v1/track');
  }
  if (importance && !isClassifier(first)) throw refuse(`importance=1 of '${name}', which regresses`, 'a classifier');
  return { first, second, threshold: Number(threshold) };
}

function checkKind({ name, description: { config, takes } }: ReadyModel, sendsTracks: boolean): void {
  if (takes === 'tracks' && !isMovt(config)) throw refuse(`the model '${name}'`, 'a MovT or a VideoMAE');
  if (takes === 'tracks') return;
  if (sendsTracks) throw refuse(`tracks for '${name}', which takes pictures`, 'a video');
  videomaeConfig({ name, description: { config } });
}

/** The configuration of a model that takes pictures. */
export function videomaeConfig({
  name,
  description: { config },
}: {
  name: string;
  description: Pick<ReadyModel['description'], 'config'>;
}): VideomaeConfig {
  if ('model' in config && config.model === 'videomae') return config;
  throw refuse(`the model '${name}'`, 'a MovT or a VideoMAE');
}

function onlyModel(service: Service): string {
  const names = [...new Set(service.models().map(({ name }) => name))];
  if (names.length === 1) return names[0];
  throw refuse(
    'no model',
    names.length ? `model=NAME, one of ${names.slice(0, 20).join(', ')}` : 'a model that is loaded',
  );
}
