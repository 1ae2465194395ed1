// Start-up parameters: what reaches the server, what is refused, and that no name or value is ever read as SQL.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import { serverParameters, splitOptions } from '../../gateway/session/startup-parameters.ts';
import fc from '../support/properties.ts';
import { type RawClient, ServerError, summary } from '../support/raw-client.ts';
import { Stage, upstreamUser } from './support.ts';

const given = (parameters: Record<string, string>) =>
  serverParameters(new Map(Object.entries({ user: 'token', database: 'shop', ...parameters })), 'alice');
const pinned = { client_encoding: 'UTF8', standard_conforming_strings: 'on', application_name: 'alice' };

describe('options are taken apart as the server does it', () => {
  test.each([
    { options: '', want: [] },
    { options: '-c search_path=a', want: [['search_path', 'a']] },
    { options: '-csearch_path=a', want: [['search_path', 'a']] },
    { options: '--search_path=a', want: [['search_path', 'a']] },
    { options: '--search-path=a', want: [['search_path', 'a']] },
    {
      options: ' -c  a.b=1\t-c c=2 ',
      want: [
        ['a.b', '1'],
        ['c', '2'],
      ],
    },
    { options: '-c search_path=a\\ b,\\\\c', want: [['search_path', 'a b,\\c']] },
    { options: '-c a=b=c', want: [['a', 'b=c']] },
    { options: '-c a=', want: [['a', '']] },
  ])('$options', ({ options, want }) => expect(splitOptions(options)).toEqual(want));

  test.each(['-c', '-c a', '-F', '-d 5', 'search_path=a', '--', '-B 100', '-c =x', '-x search_path=a'])(
    'what sets nothing by name is refused: %s',
    (options) => expect(() => splitOptions(options)).toThrow(Fault),
  );

  test('any text is split or refused, and a name never holds an equals sign', () => {
    fc.assert(
      fc.property(fc.string(), (options) => {
        try {
          for (const [name] of splitOptions(options)) expect(name).not.toMatch(/[=-]/);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what reaches the server', () => {
  test.each([
    { name: 'nothing but what is pinned', parameters: {}, want: {} },
    { name: 'an accepted one', parameters: { DateStyle: 'German' }, want: { datestyle: 'German' } },
    {
      name: 'one in options',
      parameters: { options: '-c statement_timeout=5s' },
      want: { statement_timeout: '5s' },
    },
    {
      name: 'the one on its own before that in options',
      parameters: { options: '-c search_path=a', search_path: 'b' },
      want: { search_path: 'b' },
    },
    {
      name: 'the application name behind the principal',
      parameters: { application_name: 'psql' },
      want: { application_name: 'alice psql' },
    },
    {
      name: 'an application name of printable ASCII, 63 long',
      parameters: { application_name: `ä\n${'x'.repeat(99)}` },
      want: { application_name: `alice ??${'x'.repeat(55)}` },
    },
    { name: 'no protocol option', parameters: { '_pq_.x': 'y' }, want: {} },
    {
      name: 'the pinned encoding, however it is spelt',
      parameters: { client_encoding: "'utf-8'" },
      want: {},
    },
    {
      name: 'the pinned encoding for a client in the C locale',
      parameters: { client_encoding: 'SQL_ASCII' },
      want: {},
    },
    { name: 'the pinned strings', parameters: { standard_conforming_strings: 'TRUE' }, want: {} },
    {
      name: 'how much the server tells, down to notices',
      parameters: { client_min_messages: 'WARNING' },
      want: { client_min_messages: 'WARNING' },
    },
    { name: 'no refusal of replication', parameters: { replication: 'false' }, want: {} },
  ])('$name', ({ parameters, want }) => expect(given(parameters)).toEqual({ ...pinned, ...want }));

  test.each<{ parameters: Record<string, string>; code: string }>([
    { parameters: { role: 'postgres' }, code: 'startup_parameter_refused' },
    { parameters: { Role: 'postgres' }, code: 'startup_parameter_refused' },
    { parameters: { session_authorization: 'postgres' }, code: 'startup_parameter_refused' },
    { parameters: { options: '-c role=postgres' }, code: 'startup_parameter_refused' },
    { parameters: { options: '-c ROLE=postgres' }, code: 'startup_parameter_refused' },
    { parameters: { options: '--session-authorization=postgres' }, code: 'startup_parameter_refused' },
    { parameters: { session_preload_libraries: 'x' }, code: 'startup_parameter_refused' },
    { parameters: { local_preload_libraries: 'x' }, code: 'startup_parameter_refused' },
    { parameters: { row_security: 'off' }, code: 'startup_parameter_refused' },
    { parameters: { backslash_quote: 'on' }, code: 'startup_parameter_refused' },
    { parameters: { 'x.y': 'z' }, code: 'startup_parameter_refused' },
    { parameters: { ['__proto__']: 'x' }, code: 'startup_parameter_refused' },
    { parameters: { constructor: 'x' }, code: 'startup_parameter_refused' },
    { parameters: { client_encoding: 'LATIN1' }, code: 'startup_parameter_value_refused' },
    { parameters: { client_encoding: 'SJIS' }, code: 'startup_parameter_value_refused' },
    { parameters: { options: '-c client_encoding=BIG5' }, code: 'startup_parameter_value_refused' },
    {
      parameters: { options: '-c client_encoding=GBK', client_encoding: 'UTF8' },
      code: 'startup_parameter_value_refused',
    },
    { parameters: { standard_conforming_strings: 'off' }, code: 'startup_parameter_value_refused' },
    { parameters: { options: '-c standard-conforming-strings=0' }, code: 'startup_parameter_value_refused' },
    { parameters: { client_min_messages: 'debug5' }, code: 'startup_parameter_value_refused' },
    { parameters: { options: '-c client-min-messages=log' }, code: 'startup_parameter_value_refused' },
    { parameters: { replication: 'database' }, code: 'replication_refused' },
    { parameters: { replication: 'true' }, code: 'replication_refused' },
    { parameters: { options: '-c replication=1' }, code: 'replication_refused' },
  ])('never $parameters', ({ parameters, code }) => {
    let thrown: unknown;
    try {
      given(parameters);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code });
  });
});

describe('at a real server', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage?.stop());

  const show = async (client: RawClient, ...names: string[]) =>
    (await client.rows(`SELECT ${names.map((name) => `current_setting('${name}')`).join(', ')}`))[0];

  test('accepted parameters take effect', async () => {
    const client = await stage.open({
      parameters: {
        application_name: 'a test',
        search_path: 'a, b',
        options: '-c statement_timeout=4s -c lock_timeout=3s',
      },
    });
    expect(
      await show(client, 'application_name', 'search_path', 'statement_timeout', 'lock_timeout'),
    ).toEqual(['alice a test', 'a, b', '4s', '3s']);
  });

  test.each([
    "x'; DROP TABLE items; --",
    "x\\'; SELECT pg_sleep(9); --",
    '"a"; ALTER ROLE gateway_login SUPERUSER; --',
    '-c role=postgres',
    ' -c session_authorization=postgres',
    'a\nb',
    'é😀',
  ])('a value is a value: %s', async (value) => {
    const client = await stage.open({
      parameters: { application_name: value, options: `-c intervalstyle=iso_8601` },
    });
    expect(await client.rows('SELECT current_user, session_user')).toEqual([[upstreamUser, upstreamUser]]);
    expect(client.parameters.get('IntervalStyle')).toBe('iso_8601');
    const path = await stage.open({ parameters: { search_path: value } }).catch((thrown: unknown) => thrown);
    // The server takes it as a list of names, or refuses it: either way nothing of it runs.
    if (path instanceof ServerError) expect(path.fields.C).toBe('22023');
    else expect(await (path as RawClient).rows('SELECT current_user')).toEqual([[upstreamUser]]);
    expect(stage.postgres.logText()).not.toMatch(/statement: .*(DROP TABLE|SUPERUSER|pg_sleep)/);
  });

  test.each(['role', "x'; SELECT 1; --", 'session_authorization', 'a\nb\tc'])(
    'a name outside of the list is refused before the server is asked: %s',
    async (name) => {
      const before = stage.postgres.logText().length;
      const thrown = (await stage
        .open({ parameters: { [name]: 'postgres' } })
        .catch((error: unknown) => error)) as ServerError;
      expect(thrown.fields).toMatchObject({ S: 'FATAL', C: '22023' });
      expect(thrown.fields.M).not.toMatch(/[^\x20-\x7e]/);
      expect(stage.postgres.logText().slice(before)).toBe('');
    },
  );

  test('replication is refused', async () => {
    const thrown = (await stage
      .open({ parameters: { replication: 'database' } })
      .catch((error: unknown) => error)) as ServerError;
    expect(thrown.fields).toMatchObject({
      S: 'FATAL',
      C: '0A000',
      M: 'replication connections are not accepted by the gateway',
    });
  });

  test('a value that the server refuses is refused in its words', async () => {
    const [direct, through] = (await Promise.all(
      [
        stage.direct({ parameters: { datestyle: 'nonsense' } }),
        stage.open({ parameters: { datestyle: 'nonsense' } }),
      ].map((attempt) => attempt.catch((error: unknown) => error)),
    )) as ServerError[];
    expect(through?.fields).toEqual(direct?.fields);
  });

  test.each([
    { name: 'plainly', parameters: {} },
    {
      name: 'with settings that are reported',
      parameters: { datestyle: 'German', timezone: 'Asia/Tokyo', intervalstyle: 'iso_8601' },
    },
  ])(
    'the greeting is the server’s own, in its order, but for the cancel key: $name',
    async ({ parameters }) => {
      const greet = async (client: RawClient, login: object) =>
        client.login({ user: 'token', database: 'shop', parameters, ...login });
      const through = await stage.connect();
      const own = await greet(through, { password: await stage.issuer.token() });
      const { host, port } = stage.postgres;
      const direct = await stage.connect({ host, port });
      const theirs = await greet(direct, {
        user: upstreamUser,
        password: 'upstream-password-that-nobody-sees',
        parameters: { application_name: 'alice', client_encoding: 'UTF8', ...parameters },
      });
      expect(summary(own)).toBe(summary(theirs));
      for (const [index, message] of own.entries()) {
        if (message.type === 'K') continue;
        expect(message.bytes.equals(theirs[index]?.bytes ?? Buffer.alloc(0)), message.toString()).toBe(true);
      }
    },
  );

  test('ParameterStatus follows a SET, also within a transaction that is rolled back', async () => {
    const client = await stage.open();
    await client.rows("BEGIN; SET timezone = 'Asia/Tokyo'");
    expect(client.parameters.get('TimeZone')).toBe('Asia/Tokyo');
    await client.rows('ROLLBACK');
    expect(client.parameters.get('TimeZone')).toBe('UTC');
  });
});
