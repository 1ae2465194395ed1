export { type Clock, systemClock } from './clock.ts';
export { type CatalogueEntry, catalogue, Fault, type FaultCode, toFault } from './errors.ts';
export { createLog, type Log, type LogLevel, silentLog } from './log.ts';
