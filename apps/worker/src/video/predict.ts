import { createCascade, probabilities } from 'movt';
import type { PredictAnswer, PredictQuery } from '../schemas/v1.ts';
import type { InferAnswer, Service } from '../service.ts';
import { modelWork, sumOfWork } from './cost.ts';
import { type Asked, type ReadyModel, videomaeConfig } from './models.ts';
import { stageTeller, type Tell } from './progress.ts';
import type { Subject } from './subject.ts';
import { tracksJsonOf } from './tracks-json.ts';

export interface PredictOptions {
  readonly service: Service;
  /** Milliseconds that a model may be waited for. */
  readonly timeoutMs: number;
  readonly query: PredictQuery;
  readonly asked: Asked;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** What the answer's timing has besides the times of the subject and of receiving it. */
type Times = Pick<PredictAnswer['timing'], 'queueMs' | 'computeMs' | 'importanceMs'>;
/** An answer but for what whoever received the clip knows. */
export type Prediction = Omit<PredictAnswer, 'timing'> & {
  timing: Omit<PredictAnswer['timing'], 'receiveMs' | 'totalMs'>;
};

/** Asks one model about a clip, or two as a cascade. Throws what the service and the subject throw. */
export async function predict(subject: Subject, options: PredictOptions): Promise<Prediction> {
  const { service, timeoutMs, query, asked, tell, signal } = options;
  const { first, second, threshold } = asked;
  const times: Times = { queueMs: 0, computeMs: 0 };
  const stage = stageTeller(tell);
  const answers = new Map<ReadyModel, InferAnswer>();
  const deadline = () => performance.now() + timeoutMs;

  const ask = async (model: ReadyModel): Promise<Float32Array> => {
    const { name, version, description } = model;
    const clip =
      description.takes === 'tracks' ? (await subject.tracks()).tracks : await subject.frames(videomaeConfig(model));
    stage('predict', 0, 1);
    const answer = await service.infer({
      model: name,
      version,
      clips: [clip],
      features: false,
      deadline: deadline(),
      signal,
    });
    stage('predict', 1, 1);
    answers.set(model, answer);
    times.queueMs += answer.timing.queueMs;
    times.computeMs += answer.timing.computeMs;
    return answer.outputs[0];
  };

  let outputs: Float32Array;
  let cascade: PredictAnswer['cascade'];
  if (second) {
    const models = createCascade(
      async () => [await ask(first)],
      async () => [await ask(second)],
      threshold,
    );
    const { outputs: of, confidences, covered } = await models.answer([subject]);
    outputs = of[0];
    cascade = {
      threshold,
      confidence: confidences[0],
      sure: covered[0],
      models: [first, second].map((model) => ({
        model: model.name,
        version: answers.get(model)?.version ?? model.version,
        asked: answers.has(model),
      })),
    };
  } else outputs = await ask(first);

  const answering = second && answers.has(second) ? second : first;
  const ranked = answering.description.task === 'classification' ? rank(outputs, answering.description.classes) : null;
  const tracked = first.description.takes === 'tracks' ? await subject.tracks() : null;

  let importance: Float32Array | undefined;
  if (query.importance && ranked && tracked) {
    stage('importance', 0, 1);
    const began = performance.now();
    const { name, version } = first;
    const output = ranked[0].index;
    importance = await service.importance({
      model: name,
      version,
      clip: tracked.tracks,
      output,
      deadline: deadline(),
      signal,
    });
    times.importanceMs = performance.now() - began;
    stage('importance', 1, 1);
  }

  const { version } = answers.get(answering)!;
  return {
    model: answering.name,
    version,
    ...(ranked ? { top: ranked.slice(0, query.top) } : { values: Array.from(outputs) }),
    ...(cascade && { cascade }),
    timing: { ...subject.times, ...times },
    cost: await costOf(subject, asked, answers),
    ...(query.tracks && tracked && { tracks: tracksJsonOf(tracked.tracks, tracked.picture, tracked.pixels) }),
    ...(importance && { importance: Array.from(importance, (value) => Number(value.toPrecision(6))) }),
    warnings: [...subject.warnings],
  };
}

function rank(logits: Float32Array, classes: readonly string[] | null) {
  return Array.from(probabilities(logits), (probability, index) => ({
    index,
    label: classes?.[index] ?? `class ${index}`,
    probability,
  })).sort((a, b) => b.probability - a.probability || a.index - b.index);
}

async function costOf(subject: Subject, { first, second }: Asked, answers: ReadonlyMap<ReadyModel, unknown>) {
  const asked = [first, second].filter((model) => model !== null && answers.has(model)) as ReadyModel[];
  const tracked = asked.some(({ description }) => description.takes === 'tracks') ? await subject.tracks() : null;
  const [model, more] = asked.map(({ description: { config, takes } }) => {
    if (takes === 'tracks') return modelWork(config, tracked!.tracks.T, tracked!.tracks.N);
    const { frames, size, patch } = config as ReturnType<typeof videomaeConfig>;
    return modelWork(config, frames, (size / patch) ** 2);
  });
  const tracker = tracked?.work ?? null;
  return { model, tracker, ...(more && { second: more }), total: sumOfWork([model, tracker, more]) };
}
