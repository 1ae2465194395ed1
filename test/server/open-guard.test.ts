// What passes while no policy stands between clients and the server.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startGateway } from '../../gateway/server/index.ts';
import { Stage } from '../session/support.ts';
import { frontend as f, summary } from '../support/raw-client.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
  await stage.gateway.close();
  stage.gateway = await startGateway(await stage.loadConfig(), { log: stage.log() });
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

test('statements do, by the simple and the extended protocol', async () => {
  const client = await stage.open();
  client.send(f.query('SELECT 1'), f.extended('SELECT 2'), f.sync());
  expect(summary(await client.until('Z'))).toBe('T D C(SELECT 1) Z(I)');
  expect(summary(await client.until('Z'))).toBe('1 2 T D C(SELECT 1) Z(I)');
});

test('a FunctionCall does not, and says what to do instead', async () => {
  const client = await stage.open();
  client.send(f.query('BEGIN'), f.functionCall(89), f.query('ROLLBACK'));
  await client.until('Z');
  const messages = await client.until('Z');
  expect(summary(messages)).toBe('E(0A000) Z(E)');
  expect(messages[0]?.fields).toMatchObject({
    M: 'fast-path function calls are not accepted by the gateway',
    H: 'Use SELECT of the function instead.',
  });
});

test('a session in which the encoding changes does not', async () => {
  const client = await stage.open();
  client.send(f.query('SET client_encoding = LATIN1'));
  expect((await client.untilEnd()).at(-1)?.fields).toMatchObject({ S: 'FATAL', C: '0A000' });
});
