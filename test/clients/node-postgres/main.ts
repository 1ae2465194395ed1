// The checklist in node-postgres, with pg-cursor and pg-copy-streams.

import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import {
  application,
  ca,
  columns,
  fiveMegabytes,
  isUntrusted,
  lastStatement,
  md5,
  numbers,
  otherCa,
  rows,
  run,
  Seen,
  sameAsColumn,
  sqlstate,
  sum,
  target,
} from '../node/checks.ts';

const settings: pg.ClientConfig = { ...target, application_name: application, ssl: { ca } };

async function connected<T>(work: (client: pg.Client) => Promise<T>, changes: object = {}): Promise<T> {
  const client = new pg.Client({ ...settings, ...changes });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function one(client: pg.Client, text: string, values: unknown[] = []): Promise<unknown> {
  const { rows: found } = await client.query({ text, values, rowMode: 'array' });
  return found[0]?.[0];
}

const list = async (client: pg.Client): Promise<unknown[]> =>
  (await client.query('select i from t order by i')).rows.map((row) => row.i);
const count = async (client: pg.Client): Promise<number> =>
  Number(await one(client, 'select count(*) from t'));

const raw = { getTypeParser: () => (value: unknown) => value };
const dates = [1082, 1114, 1184];
const exactDates = {
  getTypeParser: (oid: number, format: 'text') =>
    dates.includes(oid) ? String : pg.types.getTypeParser(oid, format),
};

/** Dates stay text, because a JavaScript Date has no microseconds; binary results are looked at as bytes. */
function types(binary: boolean): () => Promise<Seen> {
  return () =>
    connected(async (client) => {
      const got: Record<string, unknown> = {};
      const seen: Record<string, unknown> = {};
      for (const { name, type } of (await client.query(columns)).rows) {
        const text = `select "${name}" as value from samples where id = 1`;
        const options = binary ? { binary, queryMode: 'extended', types: raw } : { types: exactDates };
        const { value } = (await client.query({ text, ...options } as pg.QueryConfig)).rows[0];
        seen[name] = binary ? value.toString('hex') : JSON.stringify(value);
        if (binary) continue;
        const argument = type === 'json' || type === 'jsonb' ? JSON.stringify(value) : value;
        got[name] = await one(client, sameAsColumn(name, type), [argument]);
      }
      return new Seen(binary ? null : got, seen);
    });
}

function copyOut(options: string): () => Promise<unknown> {
  return () =>
    connected(async (client) => {
      const stream: Readable = client.query(copyTo(`copy (${rows}) to stdout ${options}`));
      const data = Buffer.concat(await stream.toArray());
      return [data.length, md5(data)];
    });
}

async function sendCopy(client: pg.Client, text: string, data: string | Buffer): Promise<void> {
  const stream = client.query(copyFrom(text));
  const finished = once(stream, 'finish');
  stream.end(data);
  await finished;
}

function copyIn(options: string, data: () => string | Buffer): () => Promise<unknown> {
  return () =>
    connected(async (client) => {
      await client.query('create temp table t (i int, t text, n text)');
      await sendCopy(client, `copy t from stdin ${options}`, data());
      const found = await client.query('select count(*)::int, sum(i)::int from t where n is null');
      return [found.rows[0].count, found.rows[0].sum];
    });
}

function binaryRows(): Buffer {
  const parts = [Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')];
  for (const i of numbers(1000)) {
    const text = Buffer.from(`row ${i}`);
    const row = Buffer.alloc(14);
    row.writeInt16BE(3, 0);
    row.writeInt32BE(4, 2);
    row.writeInt32BE(i, 6);
    row.writeInt32BE(text.length, 10);
    parts.push(row, text, Buffer.from([255, 255, 255, 255]));
  }
  return Buffer.concat([...parts, Buffer.from([255, 255])]);
}

function diagnostics(text: string, ...fields: string[]): () => Promise<unknown> {
  return () =>
    connected(async (client) => {
      const error = await client.query(text).then(
        () => ({}),
        (failure) => failure,
      );
      return fields.map((field) => error[field]);
    });
}

await run({
  connect_tls: () =>
    connected(async (client) => {
      const { stream } = (client as unknown as { connection: { stream: { authorized?: boolean } } })
        .connection;
      return stream.authorized ? 'verified' : 'cleartext';
    }),
  wrong_ca: async () => {
    const code = await sqlstate(connected(async () => {}, { ssl: { ca: otherCa } }));
    return isUntrusted(code) ? 'refused' : code;
  },
  wrong_password: () => sqlstate(connected(async () => {}, { password: 'wrong' })),
  unknown_database: () => sqlstate(connected(async () => {}, { database: 'nowhere' })),
  password_hook: () =>
    connected((client) => one(client, 'select 1'), { password: async () => target.password }),
  parameters: () =>
    connected(async (client) => {
      const got: Record<string, unknown> = {};
      (client as unknown as { connection: NodeJS.EventEmitter }).connection.on(
        'parameterStatus',
        ({ parameterName, parameterValue }) => {
          got[parameterName] = parameterValue;
        },
      );
      await client.query("set TimeZone = 'Asia/Kathmandu'");
      for (const name of ['client_encoding', 'standard_conforming_strings'])
        got[name] = await one(client, `show ${name}`);
      const name = String(await one(client, 'show application_name'));
      return { ...got, application_name: name.endsWith(application) };
    }),
  types_text: types(false),
  types_binary: types(true),
  nulls: () =>
    connected(async (client) => {
      const found = await client.query('select * from samples where id = 2');
      return Object.values(found.rows[0]).filter((value) => value === null).length;
    }),
  prepared: () =>
    connected(async (client) => {
      const got = [];
      for (const number of numbers(3)) {
        const text = 'select $1::int * 2 as value';
        got.push((await client.query({ name: 'double', text, values: [number] })).rows[0].value);
      }
      return got;
    }),
  prepared_many: () =>
    connected(async (client) => {
      const got: number[] = [];
      for (const number of [...numbers(60), ...numbers(60)]) {
        const text = `select $1::int + ${number} as value`;
        got.push((await client.query({ name: `plus ${number}`, text, values: [0] })).rows[0].value);
      }
      return sum(got);
    }),
  pipeline: () =>
    connected(
      async (client) => {
        const values = numbers(20).map((number) => one(client, 'select $1::int', [number]));
        return sum((await Promise.all(values)) as number[]);
      },
      { pipeline: true },
    ),
  pipeline_error: () =>
    connected(
      async (client) => {
        await client.query('create temp table t (i int)');
        const batch = ['1', '1 / 0', '2'].map((value) =>
          sqlstate(client.query(`insert into t values (${value})`)),
        );
        const states = await Promise.all(batch);
        return [states[1], await count(client)];
      },
      { pipeline: true },
    ),
  transaction: () =>
    connected(async (client) => {
      await client.query('create temp table t (i int)');
      for (const sql of [
        'begin',
        'insert into t values (1)',
        'commit',
        'begin',
        'insert into t values (2)',
        'rollback',
      ])
        await client.query(sql);
      return list(client);
    }),
  savepoint: () =>
    connected(async (client) => {
      for (const sql of ['begin', 'create temp table t (i int)', 'insert into t values (1)', 'savepoint s'])
        await client.query(sql);
      await client.query('insert into t values (2)');
      await sqlstate(client.query('select 1 / 0'));
      for (const sql of ['rollback to s', 'insert into t values (3)', 'commit']) await client.query(sql);
      return list(client);
    }),
  failed_transaction: () =>
    connected(async (client) => {
      await client.query('begin');
      const states = [await sqlstate(client.query('select 1 / 0')), await sqlstate(client.query('select 1'))];
      await client.query('rollback');
      return [...states, await one(client, 'select 1')];
    }),
  cursor: () =>
    connected(async (client) => {
      await client.query('begin');
      await client.query('declare c cursor for select generate_series(1, 10)');
      const got = [];
      for (const _ of numbers(4)) got.push((await client.query('fetch 3 from c')).rowCount);
      return got;
    }),
  portal: () =>
    connected(async (client) => {
      const cursor = client.query(new Cursor<{ i: number }>('select generate_series(1, 1000) as i'));
      const values: number[] = [];
      for (;;) {
        const part = await cursor.read(100);
        if (part.length === 0) break;
        values.push(...part.map((row) => row.i));
      }
      await cursor.close();
      return [values.length, sum(values)];
    }),
  copy_out_text: copyOut(''),
  copy_out_csv: copyOut('(format csv, header)'),
  copy_out_binary: copyOut('(format binary)'),
  copy_in_text: copyIn('', () =>
    numbers(1000)
      .map((i) => `${i}\trow ${i}\t\\N\n`)
      .join(''),
  ),
  copy_in_csv: copyIn('(format csv)', () =>
    numbers(1000)
      .map((i) => `${i},row ${i},\n`)
      .join(''),
  ),
  copy_in_binary: copyIn('(format binary)', binaryRows),
  copy_in_failed: () =>
    connected(async (client) => {
      await client.query('create temp table t (i int)');
      const broken = `1\nnot a number\n${'2\n'.repeat(50000)}`;
      return [await sqlstate(sendCopy(client, 'copy t from stdin', broken)), await count(client)];
    }),
  copy_in_aborted: () =>
    connected(async (client) => {
      await client.query('create temp table t (i int)');
      const stream = client.query(copyFrom('copy t from stdin'));
      stream.write('1\n');
      const failed = once(stream, 'error');
      stream.destroy();
      const state = await Promise.race([
        failed.then(([error]) => error.code),
        once(stream, 'close').then(() => '57014'),
      ]);
      return [state ?? '57014', await count(client)];
    }),
  cancel: () =>
    connected(async (client) => {
      const running = sqlstate(client.query('select pg_sleep(20)'));
      await sleep(300);
      const canceller = new pg.Client(settings) as pg.Client & {
        cancel(client: pg.Client, query: unknown): void;
      };
      canceller.cancel(client, (client as unknown as { _activeQuery: unknown })._activeQuery);
      return [await running, await one(client, 'select 1')];
    }),
  statement_timeout: () =>
    connected(
      async (client) => [await sqlstate(client.query('select pg_sleep(20)')), await one(client, 'select 1')],
      { statement_timeout: 200 },
    ),
  error_position: diagnostics('select nothing', 'code', 'message', 'position'),
  error_constraint: diagnostics(
    'insert into samples (id) values (1)',
    'code',
    'table',
    'constraint',
    'detail',
  ),
  error_raised: diagnostics(
    "do $$ begin raise 'told' using errcode = 'AB123', detail = 'more', hint = 'try'; end $$",
    'severity',
    'code',
    'message',
    'detail',
    'hint',
  ),
  large_text: () =>
    connected(async (client) => [
      (await one(client, 'select md5($1)', [fiveMegabytes])) === md5(fiveMegabytes),
      (await one(client, 'select repeat($1, 524288)', [fiveMegabytes.slice(0, 9)])) === fiveMegabytes,
    ]),
  large_bytea: () =>
    connected(async (client) => {
      const value = Buffer.from(fiveMegabytes);
      const echo = (await one(client, 'select $1::bytea', [value])) as Buffer;
      return [(await one(client, 'select md5($1::bytea)', [value])) === md5(value), value.equals(echo)];
    }),
  notices: () =>
    connected(async (client) => {
      const heard: unknown[] = [];
      client.on('notice', (notice) => heard.push(notice.message));
      await client.query("do $$ begin raise notice 'one'; raise warning 'two'; end $$");
      return heard;
    }),
  notifications: () =>
    connected((listener) =>
      connected(async (speaker) => {
        await listener.query('listen clients_node_postgres');
        const heard = once(listener, 'notification', { signal: AbortSignal.timeout(5000) });
        await speaker.query("select pg_notify('clients_node_postgres', repeat('x', 7000))");
        const [event] = await heard;
        return [[event.channel.split('_')[0], event.payload.length]];
      }),
    ),
  several_statements: () =>
    connected(async (client) => {
      const sql =
        "create temp table t (i int); insert into t values (1), (2); select i from t; select 'two' as i";
      const results = (await client.query(sql)) as unknown as pg.QueryResult[];
      return results
        .filter((result) => result.fields.length > 0)
        .map((result) => result.rows.map((row) => row.i));
    }),
  several_statements_error: () =>
    connected(async (client) => {
      await client.query('create temp table t (i int)');
      const sql = 'insert into t values (1); select 1 / 0; insert into t values (2)';
      return [await sqlstate(client.query(sql)), await count(client)];
    }),
  empty_query: () =>
    connected(async (client) => [(await client.query('')).rows.length === 0, await one(client, 'select 1')]),
  stale_prepared: () =>
    connected(async (client) => {
      const statement = { name: 'one', text: 'select $1::int', values: [1] };
      await client.query(statement);
      await client.query('deallocate all');
      const state = await sqlstate(client.query(statement));
      return new Seen(await one(client, 'select 2'), state);
    }),
  discard_all: () =>
    connected(async (client) => {
      const before = await one(client, 'show TimeZone');
      for (const sql of ["set TimeZone = 'Asia/Kathmandu'", 'create temp table t (i int)', 'discard all'])
        await client.query(sql);
      const state = await sqlstate(client.query('select * from t'));
      return [state, before === 'UTC' ? await one(client, 'show TimeZone') : before];
    }),
  large_result: () =>
    connected(async (client) => {
      const found = await client.query("select i, 'row ' || i from generate_series(1, 50000) i");
      return [found.rows.length, sum(found.rows.map((row) => row.i))];
    }),
  ten_connections: async () => {
    const pool = new pg.Pool({ ...settings, max: 10 });
    const answers = await Promise.all(
      numbers(10).map((number) => pool.query('select $1::int as i', [number])),
    );
    await pool.end();
    return sum(answers.map((answer) => answer.rows[0].i));
  },
  close: async () => {
    const pid = await connected((client) => one(client, 'select pg_backend_pid()'));
    return connected(async (client) => {
      for (const _ of numbers(50)) {
        const left = await one(client, 'select count(*)::int from pg_stat_activity where pid = $1', [pid]);
        if (left === 0) return 'gone';
        await sleep(100);
      }
      return 'still there';
    });
  },
  backend_pid: () =>
    connected(async (client) => {
      const { processID } = client as pg.Client & { processID: number };
      return processID === (await one(client, 'select pg_backend_pid()'));
    }),
  session_end: () => connected((client) => sqlstate(client.query(lastStatement))),
});
