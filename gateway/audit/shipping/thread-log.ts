// The log of the thread that ships: its lines are the main thread's to write, which counts them and writes no two at once.
import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Log } from '../../lib/index.ts';
import type { FromThread } from './messages.ts';

const levels: Readonly<Record<number, 'info' | 'warn' | 'error'>> = { 30: 'info', 40: 'warn', 50: 'error' };

export function threadLog(tell: (message: FromThread) => void): Log {
  const lines = new Writable({
    write(chunk: Buffer, _, done) {
      const { level, msg, ...fields } = JSON.parse(chunk.toString('utf8'));
      tell({ tell: 'log', level: levels[level as number] ?? 'error', fields, words: String(msg) });
      done();
    },
  });
  return pino({ level: 'info', base: null, timestamp: false }, lines);
}
