// A client that logs in and then reads results as bytes, so that a transfer costs the reader next to nothing.
import { Client } from 'pg';
import type { Route } from '../routes/index.ts';

export type RawReader = Readonly<{
  /** Sends one simple query and discards the answer; resolves with its size at ReadyForQuery. */
  discard(sql: string): Promise<number>;
  close(): void;
}>;

const timeLimit = 60_000;

export async function openRawReader(route: Route): Promise<RawReader> {
  const { host, port, user, password, database } = route;
  const client = new Client({ host, port, user, password, database, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  const { stream } = client.connection;
  // The driver has done the login; from here on the socket is ours.
  stream.removeAllListeners('data');

  function discard(sql: string): Promise<number> {
    return new Promise((resolve, reject) => {
      let bytes = 0;
      const walk = walkMessages();
      const timer = setTimeout(() => finish(new Error('the result took too long')), timeLimit);
      const onClose = () => finish(new Error('the connection closed in the middle of the result'));
      const onData = (chunk: Buffer) => {
        bytes += chunk.length;
        const last = walk(chunk);
        if (last === 'error') finish(new Error('the server refused the query'));
        if (last === 'ready') finish();
      };
      function finish(error?: Error) {
        clearTimeout(timer);
        stream.off('data', onData);
        stream.off('close', onClose);
        if (error) reject(error);
        else resolve(bytes);
      }
      stream.on('data', onData);
      stream.on('close', onClose);
      stream.write(queryMessage(sql));
    });
  }

  return { discard, close: () => void stream.end(Buffer.from([0x58, 0, 0, 0, 4])) };
}

function queryMessage(sql: string): Buffer {
  const text = Buffer.from(`${sql}\0`);
  const header = Buffer.alloc(5);
  header.write('Q', 'latin1');
  header.writeUInt32BE(text.length + 4, 1);
  return Buffer.concat([header, text]);
}

const readyForQuery = 0x5a;
const errorResponse = 0x45;

/** Jumps from header to header; says when a chunk brought the end of the answer. */
function walkMessages(): (chunk: Buffer) => 'more' | 'ready' | 'error' {
  const header = Buffer.alloc(5);
  let held = 0;
  let skip = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      while (held < 5 && at < chunk.length) {
        header[held++] = chunk[at++] as number;
        if (held === 5) skip = header.readUInt32BE(1) - 4;
      }
      if (held < 5) return 'more';
      const skipped = Math.min(skip, chunk.length - at);
      skip -= skipped;
      at += skipped;
      if (skip > 0) return 'more';
      if (header[0] === errorResponse) return 'error';
      if (header[0] === readyForQuery) return 'ready';
      held = 0;
    }
    return 'more';
  };
}
