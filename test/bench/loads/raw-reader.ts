// A client that logs in and then reads results as bytes, so that a transfer costs the reader next to nothing.
import { Client } from 'pg';
import { serialize } from 'pg-protocol';
import type { Route } from '../routes/index.ts';

export type RawReader = Readonly<{
  /** Runs one query, a simple one unless the result is to be binary, and discards the answer; resolves with its size. */
  discard(sql: string, format?: 'text' | 'binary'): Promise<number>;
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

  function discard(sql: string, format: 'text' | 'binary' = 'text'): Promise<number> {
    return new Promise((resolve, reject) => {
      let bytes = 0;
      const walk = walkMessages();
      const timer = setTimeout(() => finish(new Error('the result took too long')), timeLimit);
      const onClose = () => finish(new Error('the connection closed in the middle of the result'));
      const onData = (chunk: Buffer) => {
        bytes += chunk.length;
        const last = walk(chunk);
        if (last === 'error') finish(new Error(`the query was refused: ${wordsOf(chunk)}`));
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
      stream.write(format === 'text' ? serialize.query(sql) : binaryQuery(sql));
    });
  }

  return { discard, close: () => void stream.end(Buffer.from([0x58, 0, 0, 0, 4])) };
}

/** As drivers send it that read all columns in binary. */
function binaryQuery(sql: string): Buffer {
  return Buffer.concat([
    serialize.parse({ text: sql }),
    serialize.bind({ binary: true }),
    serialize.describe({ type: 'P' }),
    serialize.execute(),
    serialize.sync(),
  ]);
}

/** The fields of an error are texts behind a letter each; it is the last message of what has come. */
const wordsOf = (chunk: Buffer): string =>
  chunk
    .toString('utf8')
    .split('\0')
    .filter((field) => /^[CMDH]/.test(field))
    .join(', ')
    .slice(-500);

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
