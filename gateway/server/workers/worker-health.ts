// How a worker process is, by its own words.
import type { Health, ProcessMetrics } from '../../admin/index.ts';
import type { OneWorker } from './one-worker.ts';

/** A worker that says nothing for so long is not well. */
const HEALTH_MS = 2_000;

/** What it says of itself comes before it says that it is done. */
export async function healthOf(worker: OneWorker): Promise<Health> {
  worker.health = undefined;
  await worker.askWithin(HEALTH_MS, (id) => ({ kind: 'health', id }));
  return worker.health ?? notThere;
}

export async function metricsOf(worker: OneWorker): Promise<ProcessMetrics | undefined> {
  worker.metrics = undefined;
  await worker.askWithin(HEALTH_MS, (id) => ({ kind: 'metrics', id }));
  return worker.metrics;
}

export const notThere: Health = {
  ready: false,
  reason: 'a worker process does not answer',
  sessions: 0,
  policy: {},
  resources: [],
  mask_keys: {},
  notifications: [],
};
