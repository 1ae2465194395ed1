export { type Clock, systemClock } from './clock.ts';
export { type CatalogueEntry, catalogue, Fault, type FaultCode, toFault } from './errors.ts';
export { createLog, type Log, type LogLevel, silentLog } from './log.ts';
export type { Answer, Ask, Job, JobFunction, ThreadMemory } from './off-thread/job.ts';
export {
  defaultOffThreadOptions,
  OffThread,
  OffThreadError,
  type OffThreadOptions,
  type OffThreadReason,
  type OffThreadStatus,
} from './off-thread/off-thread.ts';
export { version } from './version.ts';
