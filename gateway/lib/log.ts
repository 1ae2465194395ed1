// The process's logger: pino, injected everywhere, fields first and a constant message.
import { type Logger, pino } from 'pino';
import { Counts } from './metrics/counts.ts';
import type { Family } from './metrics/family.ts';

export type Log = Logger;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Of the whole process, whichever of its loggers wrote them. */
const lines = new Counts('portcullis_log_lines_total', 'Lines of the log, by level.', 'level', [
  'info',
  'warn',
  'error',
  'fatal',
]);
const counted: Readonly<Record<number, 'info' | 'warn' | 'error' | 'fatal'>> = {
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

export const logLines = (): Family => lines.family();

/** Writes JSON lines to standard error: standard output belongs to the command's own result. */
export function createLog(level: LogLevel): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: {
        logMethod(words, method, number) {
          const name = counted[number];
          if (name !== undefined) lines.add(name);
          method.apply(this, words);
        },
      },
    },
    pino.destination({ fd: 2, sync: false }),
  );
}

export const silentLog: Log = pino({ level: 'silent' });
