import { beforeAll, describe, expect, test } from 'vitest';
import {
  loadGrammar,
  parseStatements,
  type SessionEffect,
  sessionEffects,
} from '../../../gateway/sql/index.ts';
import { corpus } from './corpus.ts';

const limits = { maxBytes: 1_000_000 };
beforeAll(loadGrammar);
const effectsOf = (sql: string): readonly SessionEffect[] =>
  parseStatements(sql, limits).flatMap(sessionEffects);
const set = (name: string, values: readonly string[] | undefined, local = false): SessionEffect => ({
  effect: 'set',
  name,
  local,
  values,
});
const transaction = (action: string, name?: string, chain = false) =>
  ({ effect: 'transaction', action, name, chain }) as SessionEffect;

describe('what a statement does to its session', () => {
  const cases: readonly { sql: string; want: readonly SessionEffect[] }[] = [
    { sql: 'SELECT 1', want: [] },
    { sql: 'SET search_path TO public, "My Schema"', want: [set('search_path', ['public', 'My Schema'])] },
    { sql: "SET LOCAL work_mem = '64MB'", want: [set('work_mem', ['64MB'], true)] },
    { sql: 'SET "Search_Path" = x', want: [set('search_path', ['x'])] },
    {
      sql: 'SET a = -1.5; SET b = 0; SET c = on',
      want: [set('a', ['-1.5']), set('b', ['0']), set('c', ['on'])],
    },
    { sql: 'SET a TO DEFAULT', want: [set('a', undefined)] },
    { sql: "SET TIME ZONE INTERVAL '1' HOUR", want: [set('timezone', undefined)] },
    { sql: "SET NAMES 'UTF8'", want: [set('client_encoding', ['UTF8'])] },
    { sql: 'SET ROLE admin', want: [set('role', ['admin'])] },
    { sql: 'SET ROLE NONE', want: [set('role', ['none'])] },
    { sql: 'SET SESSION AUTHORIZATION DEFAULT', want: [set('session_authorization', undefined)] },
    { sql: 'RESET ROLE', want: [{ effect: 'reset', name: 'role' }] },
    { sql: 'RESET ALL', want: [{ effect: 'reset_all' }] },
    { sql: 'DISCARD TEMP', want: [{ effect: 'discard', what: 'temp' }] },
    { sql: 'SET TRANSACTION READ ONLY', want: [set('transaction_read_only', ['1'], true)] },
    {
      sql: 'SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE',
      want: [set('default_transaction_read_only', ['0'])],
    },
    { sql: "SET TRANSACTION SNAPSHOT '1'", want: [set('transaction_snapshot', ['1'], true)] },
    {
      sql: 'BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY',
      want: [
        transaction('begin'),
        set('transaction_isolation', ['serializable'], true),
        set('transaction_read_only', ['1'], true),
      ],
    },
    { sql: 'COMMIT AND CHAIN', want: [transaction('commit', undefined, true)] },
    { sql: 'ROLLBACK TO s; RELEASE s', want: [transaction('rollback_to', 's'), transaction('release', 's')] },
    { sql: "COMMIT PREPARED 'x'", want: [transaction('commit_prepared', 'x')] },
    { sql: 'DECLARE "C" CURSOR FOR SELECT 1', want: [{ effect: 'cursor', action: 'declare', name: 'C' }] },
    { sql: 'FETCH 5 FROM C', want: [{ effect: 'cursor', action: 'fetch', name: 'c' }] },
    { sql: 'MOVE c', want: [{ effect: 'cursor', action: 'move', name: 'c' }] },
    { sql: 'CLOSE ALL', want: [{ effect: 'cursor', action: 'close_all' }] },
    { sql: 'PREPARE p AS SELECT 1', want: [{ effect: 'prepared', action: 'prepare', name: 'p' }] },
    { sql: 'EXECUTE p(1)', want: [{ effect: 'prepared', action: 'execute', name: 'p' }] },
    { sql: 'DEALLOCATE "all"', want: [{ effect: 'prepared', action: 'deallocate', name: 'all' }] },
    { sql: 'DEALLOCATE ALL', want: [{ effect: 'prepared', action: 'deallocate_all' }] },
    {
      sql: "LISTEN a; NOTIFY b, 'x'; UNLISTEN *",
      want: [
        { effect: 'channel', action: 'listen', name: 'a' },
        { effect: 'channel', action: 'notify', name: 'b' },
        { effect: 'channel', action: 'unlisten_all' },
      ],
    },
    { sql: "LOAD 'lib'", want: [{ effect: 'load', library: 'lib' }] },
    {
      sql: 'COPY s.t (a, b) FROM STDIN',
      want: [
        {
          effect: 'copy',
          direction: 'from',
          through: 'client',
          target: undefined,
          relation: ['s', 't'],
          columns: ['a', 'b'],
        },
      ],
    },
    {
      sql: "COPY (SELECT 1) TO PROGRAM 'gzip'",
      want: [
        {
          effect: 'copy',
          direction: 'to',
          through: 'program',
          target: 'gzip',
          relation: undefined,
          columns: [],
        },
      ],
    },
    {
      sql: "COPY t TO '/x'",
      want: [
        { effect: 'copy', direction: 'to', through: 'file', target: '/x', relation: ['t'], columns: [] },
      ],
    },
  ];
  test.each(cases)('$sql', ({ sql, want }) => {
    expect(effectsOf(sql)).toEqual(want);
  });

  test('every statement of these kinds in the corpus has an effect', () => {
    const kinds = ['session', 'cursor', 'prepare', 'execute', 'deallocate', 'copy', 'notify'];
    const without = corpus.filter(({ kind, sql }) => kinds.includes(kind) && effectsOf(sql).length === 0);
    expect(without).toEqual([]);
  });
});
