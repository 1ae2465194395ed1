// What the relay writes to its sockets: the very buffers that arrived, one write for each chunk.
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Fault, silentLog } from '../../gateway/lib/index.ts';
import { allow, deny } from '../../gateway/session/index.ts';
import { Relay } from '../../gateway/session/relay.ts';
import { frontend as f, message } from '../support/raw-client.ts';

/** A socket of which only what is written to it counts: it stands in for the kernel. */
class Recorder extends Socket {
  readonly writes: Buffer[][] = [];
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push([chunk]);
    done();
  }
  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes.push(chunks.map(({ chunk }) => chunk));
    done();
  }
}

function joined() {
  const client = new Recorder();
  const server = new Recorder();
  const relay = new Relay({
    client,
    server,
    principal: 'alice',
    guard: {
      decide: ({ text }) => (text?.includes('forbidden') ? deny(new Fault('statement_denied')) : allow),
      pinned: {},
    },
    log: silentLog,
    statementBytesMax: 1024,
    lingerMs: 1000,
    cancelUpstream: () => Promise.resolve(),
    onEnded: () => undefined,
  });
  relay.start(Buffer.alloc(0), Buffer.alloc(0));
  return { client, server };
}

const ready = message('Z', Buffer.from('I'));

test('a chunk of allowed messages is written once, as the buffer that arrived', () => {
  const { client, server } = joined();
  const pipeline = Buffer.concat([f.parse('SELECT 1'), f.bind({}), f.execute(), f.sync()]);
  client.emit('data', pipeline);
  expect(server.writes).toHaveLength(1);
  expect(server.writes[0]?.[0]).toBe(pipeline);

  const answers = Buffer.concat([
    message('1', Buffer.alloc(0)),
    message('2', Buffer.alloc(0)),
    message('D', Buffer.from([0, 1, 0, 0, 0, 1, 0x31])),
    message('C', Buffer.from('SELECT 1\0')),
    ready,
  ]);
  server.emit('data', answers);
  expect(client.writes).toHaveLength(1);
  expect(client.writes[0]?.[0]).toBe(answers);
});

test('rows that are cut by chunks are written chunk by chunk, as the buffers that arrived', async () => {
  const { client, server } = joined();
  client.emit('data', f.query('SELECT 1'));
  const rows = Buffer.concat(Array.from({ length: 50 }, () => message('D', Buffer.alloc(200))));
  const chunks = [rows.subarray(0, 1000), rows.subarray(1000, 7003), rows.subarray(7003)];
  for (const chunk of chunks) {
    server.emit('data', chunk);
    await new Promise(setImmediate);
  }
  expect(client.writes.length).toBe(3);
  expect(Buffer.concat(client.writes.flat())).toEqual(rows);
  expect(client.writes[2]?.at(-1)).toBe(chunks[2]);
});

test('a chunk with a denied message in it is still one write', () => {
  const { client, server } = joined();
  const chunk = Buffer.concat([f.query('SELECT 1'), f.query('forbidden'), f.query('SELECT 2')]);
  client.emit('data', chunk);
  expect(server.writes).toHaveLength(1);
  const sent = Buffer.concat(server.writes.flat()).toString('latin1');
  expect(sent).toContain('SELECT 1');
  expect(sent).toContain('SELECT 2');
  expect(sent).not.toContain('forbidden');
});
