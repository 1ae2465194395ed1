// One HTTP request, towards a real server.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askHttp } from '../../../gateway/lib/index.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function ask(
  answers: (response: ServerResponse) => void,
  { mostBytes = 10, milliseconds = 10_000 } = {},
) {
  server = createServer((_, response) => answers(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const signal = AbortSignal.timeout(milliseconds);
  return await askHttp({ method: 'POST', url, body: 'question', files: {}, signal, mostBytes });
}

test('an answer is read whole, with when to come again', async () => {
  const answer = await ask((response) => response.writeHead(503, { 'retry-after': '7' }).end('0123456789'));
  expect(answer).toMatchObject({ status: 503, afterSeconds: 7, isCut: false });
  expect(answer.body.toString()).toBe('0123456789');
});

test('a longer one is cut off, even while it goes on', async () => {
  const answer = await ask((response) => {
    response.write('01234');
    setTimeout(() => response.write('0123456789'), 50);
  });
  expect(answer).toMatchObject({ status: 200, isCut: true });
  expect(answer.body.toString()).toBe('01234');
});

test('where nothing of it is wanted, the status is enough', async () => {
  const answer = await ask((response) => response.writeHead(202).write('it goes on'), { mostBytes: 0 });
  expect(answer).toMatchObject({ status: 202, isCut: true });
});

test('a redirect is an answer like another', async () => {
  const answer = await ask((response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end());
  expect(answer).toMatchObject({ status: 307, afterSeconds: undefined });
});

test.each([
  { name: 'no answer in time', answers: () => undefined },
  { name: 'an answer that does not end in time', answers: (response: ServerResponse) => response.write('0') },
  {
    name: 'a connection that is cut',
    answers: (response: ServerResponse) => response.write('0', () => response.destroy()),
  },
])('$name is thrown', async ({ answers }) => {
  await expect(ask(answers, { milliseconds: 300 })).rejects.toThrow(/abort/);
});
