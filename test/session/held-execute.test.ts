// An Execute that is decided anew, while what decides goes back to what it was at the Bind: nothing of it is left for others.
import { serialize } from 'pg-protocol';
import { expect, test } from 'vitest';
import { Fault, silentLog } from '../../gateway/lib/index.ts';
import { ClientMessages, type ClientMessagesOptions } from '../../gateway/session/client-messages.ts';
import { Exchange } from '../../gateway/session/exchange.ts';
import { allow, deny, type Effect, type Statement } from '../../gateway/session/index.ts';
import { MessageScanner } from '../../gateway/wire/index.ts';
import { waitUntil } from '../support/wait.ts';

const pinned = {};
const unused = (): never => {
  throw new Error('not asked for here');
};

function start(guard: Pick<ClientMessagesOptions['guard'], 'decide' | 'standing'>) {
  const exchange = new Exchange(
    pinned,
    () => undefined,
    () => undefined,
  );
  const sent: Buffer[] = [];
  const visitor = new ClientMessages({
    exchange,
    guard: { pinned, ...guard },
    host: {
      ...{ transaction: 'idle', state: exchange.state, segment: 0, settled: true },
      ...{ tell: unused, ask: unused, answered: unused, lend: unused },
    },
    runs: {
      exchange,
      ...{ tell: unused, send: unused, atBoundary: unused, cancel: unused },
      ...{ holdCommit: unused, failed: unused },
    },
    ...{ log: silentLog, statementBytesMax: 1024, onTerminate: unused, onFailed: unused },
    onDecided: () => sent.push(...scanner.resume()),
  });
  const scanner = new MessageScanner(visitor);
  visitor.scanner = scanner;
  return {
    push: (...messages: readonly Buffer[]) => sent.push(...scanner.push(Buffer.concat(messages))),
    sent: () => Buffer.concat(sent).toString('latin1'),
  };
}

test('its decision is taken, and the next statement has one of its own', async () => {
  const [before, meanwhile] = [{}, {}];
  let standing = before;
  let release: ((effect: Effect) => void) | undefined;
  const asked: string[] = [];
  const client = start({
    standing: () => standing,
    decide: ({ path, text }: Statement) => {
      asked.push(`${path}: ${text}`);
      if (text?.includes('secret'))
        return deny(new Fault('statement_denied', { rule: 'house', reason: 'no' }));
      if (path !== 'execute') return allow;
      return new Promise<Effect>((resolve) => {
        release = resolve;
      });
    },
  });
  client.push(
    serialize.parse({ name: 'a', text: 'select 1' }),
    serialize.bind({ portal: 'p', statement: 'a' }),
  );
  standing = meanwhile;
  client.push(serialize.execute({ portal: 'p' }), serialize.sync(), serialize.query('select * from secret'));
  standing = before;
  release?.(deny(new Fault('statement_denied', { rule: 'house', reason: 'not now' })));
  await waitUntil('the last one to be asked about', () => asked.length === 4);
  expect(asked).toEqual([
    'parse: select 1',
    'bind: select 1',
    'execute: select 1',
    'query: select * from secret',
  ]);
  expect(client.sent()).not.toContain('secret');
  expect(client.sent()).not.toContain(serialize.execute({ portal: 'p' }).toString('latin1'));
});
