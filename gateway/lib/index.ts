export { type Clock, systemClock } from './clock.ts';
export { editDistance } from './edit-distance.ts';
export { type CatalogueEntry, catalogue, Fault, type FaultCode, toFault } from './errors.ts';
export { unfinished, writeWhole } from './files/write-whole.ts';
export { isRunning } from './is-running.ts';
export { createLog, type Log, type LogLevel, logLines, silentLog } from './log.ts';
export { Counts } from './metrics/counts.ts';
export { Durations, durationBounds } from './metrics/durations.ts';
export { counter, type Family, gauge, type Labels, type Sample } from './metrics/family.ts';
export { askHttp, type HttpAnswer, type HttpQuestion } from './network/ask-http.ts';
export { systemAuthorities } from './network/authorities.ts';
export { isLoopbackHost, isPrivateWay } from './network/loopback.ts';
export { readTlsFiles, type TlsFiles } from './network/tls-files.ts';
export type { Answer, Ask, Job, JobFunction, ThreadMemory } from './off-thread/job.ts';
export {
  defaultOffThreadOptions,
  OffThread,
  OffThreadError,
  type OffThreadOptions,
  type OffThreadReason,
  type OffThreadStatus,
} from './off-thread/off-thread.ts';
export { type Pauses, pauseMs } from './pauses.ts';
export { version } from './version.ts';
