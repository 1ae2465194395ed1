// A session as it runs, as lines of JSON over HTTP: who reads slowly misses rows, and is told how many.
import type { ServerResponse } from 'node:http';
import { rowsLeftOut } from './rows-left-out.ts';

/** Looks on at a session; returns what ends it. `over` is called when there is nothing more to see. */
export type Watch = (session: string, send: (lines: string) => void, over: () => void) => () => void;

/** While more than this waits for a reader, rows are left out. */
const WAITING_MOST = 1024 * 1024;
/** Whoever reads nothing at all is let go. */
const WAITING_END = 16 * WAITING_MOST;
/** Whoever wants to go on asks again, with a token that is still good. */
const LONGEST_MS = 3_600_000;

export function streamWatch(response: ServerResponse, session: string, first: object, watch: Watch): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  response.write(`${JSON.stringify(first)}\n`);
  const send = (lines: string): void => {
    const waiting = response.writableLength;
    if (waiting > WAITING_END) response.destroy();
    else response.write(waiting > WAITING_MOST ? rowsLeftOut(lines) : lines);
  };
  const stop = watch(session, send, () => response.end());
  const longest = setTimeout(() => response.end(), LONGEST_MS);
  response.once('close', () => {
    clearTimeout(longest);
    stop();
  });
}
