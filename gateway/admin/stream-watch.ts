// A session as it runs, as lines of JSON over HTTP: who reads slowly misses lines, and is told so.
import type { ServerResponse } from 'node:http';

/** Looks on at a session; returns what ends it. `over` is called when there is nothing more to see. */
export type Watch = (session: string, send: (lines: string) => void, over: () => void) => () => void;

/** What may wait for a reader. */
const WAITING_MOST = 1024 * 1024;
/** Whoever wants to go on asks again, with a token that is still good. */
const LONGEST_MS = 3_600_000;

export function streamWatch(response: ServerResponse, session: string, first: object, watch: Watch): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  response.write(`${JSON.stringify(first)}\n`);
  let missing = false;
  const send = (lines: string): void => {
    if (response.writableLength > WAITING_MOST) {
      missing = true;
      return;
    }
    if (missing) response.write(`${JSON.stringify({ kind: 'dropped' })}\n`);
    missing = false;
    response.write(lines);
  };
  const stop = watch(session, send, () => response.end());
  const longest = setTimeout(() => response.end(), LONGEST_MS);
  response.once('close', () => {
    clearTimeout(longest);
    stop();
  });
}
