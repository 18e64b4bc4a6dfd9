import { fileURLToPath } from 'node:url';
import { createContext } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { readFileBytes } from '@movt/kernels/safetensors/file';
import { readTuning } from '@movt/kernels/tuning/file';
import { createApp } from '../app.ts';
import { once } from '../async/once.ts';
import type { WorkerConfig } from '../config.ts';
import { onError } from '../operations/errors.ts';
import { notFound } from '../operations/not-found.ts';
import { pageRoutes } from '../page/routes.ts';
import { jobEndpoints } from '../routes/v1-jobs.ts';
import { predictEndpoints } from '../routes/v1-predict.ts';
import { trackEndpoints } from '../routes/v1-track.ts';
import { v1Schemas } from '../schemas/v1.ts';
import { createService } from '../serving/create-service.ts';
import { folderRepository, shippedRepository } from '../serving/folder-repository.ts';
import { createVideos } from '../video/create-videos.ts';
import { createJobs } from '../video/jobs.ts';
import type { WorkerParts } from './run-worker.ts';

/** The worker as it is served: models of a folder on the platform's GPU, the protocol, videos, the page. */
export async function assemble(
  config: WorkerConfig,
  log: (line: object) => void,
): Promise<Pick<WorkerParts, 'makeService' | 'makeApp'>> {
  const { limits, batching, models } = config;
  const decoder = fileURLToPath(new URL('worker-decoder.mjs', import.meta.url));
  const videos = await createVideos({ ...config.decoding, decoder, limits });
  return {
    makeService: () =>
      createService({
        repository: models === null ? shippedRepository() : folderRepository(models),
        gpu: async () => createContext({ gpu: await platformGpu(), tuning: readTuning }),
        limits,
        batching,
        log,
      }),
    makeApp(service, { middleware }) {
      const parts = { service, videos, limits, timeoutMs: batching.timeoutMs, log };
      const jobs = createJobs({ log });
      const app = createApp({
        service,
        config,
        middleware,
        onError,
        notFound,
        endpoints: [...predictEndpoints(parts), ...trackEndpoints(parts), ...jobEndpoints(parts, jobs)],
        schemas: v1Schemas,
        // Models of one's own stay on the server; whoever has a browser may have the one that comes along.
        pages: pageRoutes({ model: models === null ? shippedModel : null }),
      });
      return { app, finish: [() => jobs.finish()], close: () => videos.close() };
    },
  };
}

/** The same bytes each time: routes hash what they have not seen. */
const shippedModel = once(async (): Promise<Uint8Array<ArrayBuffer>> => {
  const file = fileURLToPath(import.meta.resolve('movt/models/motion-12.safetensors'));
  return new Uint8Array(await readFileBytes(file));
});
