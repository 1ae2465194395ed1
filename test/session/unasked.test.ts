// What the server sends of its own accord: under a guard that filters, only what somebody who was decided on has asked for.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../gateway/lib/index.ts';
import { Exchange } from '../../gateway/session/exchange.ts';
import { ServerMessages } from '../../gateway/session/server-messages.ts';
import { MessageScanner } from '../../gateway/wire/index.ts';
import { cstring, frontend as f, int32, message, type RawClient, summary } from '../support/raw-client.ts';
import { Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({
    filters: true,
    schema: `CREATE FUNCTION listen_quietly(channel text) RETURNS void LANGUAGE plpgsql AS
      $$ BEGIN EXECUTE format('LISTEN %I', channel); END $$`,
  });
});
afterEach(() => {
  stage.hangUp();
  stage.resetGuard();
});
afterAll(() => stage?.stop());

/** What arrives of a notification on each channel, once this session has caught up with all of them. */
async function heard(client: RawClient, ...channels: readonly string[]): Promise<string[]> {
  const owner = await stage.direct();
  for (const channel of channels) await owner.rows(`NOTIFY ${channel}, 'payload'`);
  return (await client.query('SELECT 1'))
    .filter(({ type }) => type === 'A')
    .map((each) => channelOf(each.body));
}

const channelOf = (body: Buffer) => body.toString('utf8', 4, body.indexOf(0, 4));

describe('notifications', () => {
  test.each([
    { by: 'a query', listen: (client: RawClient) => client.query('LISTEN news') },
    {
      by: 'the extended protocol',
      listen: (client: RawClient) => {
        client.send(f.parse('LISTEN news'), f.bind({}), f.execute(), f.sync());
        return client.until('Z');
      },
    },
    {
      by: 'a text of several statements',
      listen: (client: RawClient) => client.query('LISTEN other; LISTEN News'),
    },
    {
      by: 'a transaction',
      listen: async (client: RawClient) => {
        await client.query('BEGIN');
        await client.query('LISTEN news');
        await client.query('COMMIT');
      },
    },
  ])('on a channel that the session listens to by $by', async ({ listen }) => {
    const client = await stage.open();
    await listen(client);
    expect(await heard(client, 'news')).toEqual(['news']);
  });

  test('on a channel whose name is cut, and on one in quotes', async () => {
    const client = await stage.open();
    const long = 'x'.repeat(70);
    await client.query(`LISTEN ${long}`);
    await client.query('LISTEN "Große Änderung"');
    expect(await heard(client, long, '"Große Änderung"')).toEqual(['x'.repeat(63), 'Große Änderung']);
  });

  test('that a UNLISTEN would have ended, had it not been rolled back', async () => {
    const client = await stage.open();
    for (const text of ['LISTEN news', 'BEGIN', 'UNLISTEN news', 'ROLLBACK']) await client.query(text);
    expect(await heard(client, 'news')).toEqual(['news']);
    await client.query('UNLISTEN *');
    expect(await heard(client, 'news')).toEqual([]);
  });

  test('that code has asked for which the guard did not speak of are not passed on', async () => {
    const client = await stage.open();
    await client.query('LISTEN news');
    await client.query("SELECT listen_quietly('secrets')");
    expect(await heard(client, 'secrets', 'news', 'secrets')).toEqual(['news']);
    expect(client.receivedBytes.includes('secrets')).toBe(false);
  });

  test('that code has asked for which may do anything, as the guard knows', async () => {
    stage.decide = (statement) => {
      if (statement.text?.includes('quietly')) statement.mayChange('settings', 'catalog', 'names');
      return { kind: 'allow' };
    };
    const client = await stage.open();
    await client.query("SELECT listen_quietly('secrets')");
    expect(await heard(client, 'secrets')).toEqual(['secrets']);
  });

  test('on a channel of which the LISTEN was refused', async () => {
    const client = await stage.open();
    await client.query("SELECT listen_quietly('news')");
    await client.query('LISTEN news, other');
    expect(await heard(client, 'news')).toEqual([]);
  });
});

describe('settings that the server reports', () => {
  function passed(filters: boolean, ...bytes: readonly Buffer[]): string {
    const exchange = new Exchange({}, () => undefined);
    const visitor = new ServerMessages({
      exchange,
      pinned: {},
      filters,
      log: silentLog,
      onApplicationName: () => undefined,
      onSkipping: () => undefined,
      onRefused: () => undefined,
    });
    const scanner = new MessageScanner(visitor);
    visitor.scanner = scanner;
    return Buffer.concat([...scanner.push(Buffer.concat(bytes))]).toString('latin1');
  }
  const status = (name: string, value: string) => message('S', cstring(name), cstring(value));

  test('pass where PostgreSQL reports them', () => {
    const known = [status('TimeZone', 'UTC'), status('search_path', 'a, b'), status('application_name', 'x')];
    expect(passed(true, ...known)).toBe(Buffer.concat(known).toString('latin1'));
  });

  test('do not pass where nobody knows what they carry, but without a guard that filters they do', () => {
    const all = [status('DateStyle', 'ISO'), status('app.secret', 'value'), status('TimeZone', 'UTC')];
    expect(passed(true, ...all)).toBe(Buffer.concat([all[0] as Buffer, all[2] as Buffer]).toString('latin1'));
    expect(passed(false, ...all)).toBe(Buffer.concat(all).toString('latin1'));
  });

  test('a notification that is cut short names no channel', () => {
    expect(passed(true, message('A', int32(1), Buffer.from('x')))).toBe('');
  });

  test('are told to drivers as ever', async () => {
    const client = await stage.open();
    expect(summary(await client.query("SET TimeZone = 'Asia/Tokyo'"))).toBe('C(SET) S Z(I)');
  });
});
