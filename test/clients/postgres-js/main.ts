// The checklist in postgres.js.

import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
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
  skip,
  sqlstate,
  sum,
  target,
} from '../node/checks.ts';

// A Date has no microseconds, and postgres.js reads a NULL in an array as NaN or as the word.
const asText = /^(date|timestamp|.*\[\]$)/;

type Options = postgres.Options<Record<string, postgres.PostgresType>>;

const settings: Options = {
  ...target,
  ssl: { ca },
  max: 1,
  connection: { application_name: application },
  onnotice: () => {},
};

async function connected<T>(work: (sql: postgres.Sql) => Promise<T>, changes: Options = {}): Promise<T> {
  const sql = postgres({ ...settings, ...changes });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function one(sql: postgres.Sql, text: string, values: unknown[] = []): Promise<unknown> {
  const [row] = await sql.unsafe(text, values as never[]).values();
  return row?.[0];
}

const refused = (changes: Options): Promise<string | undefined> =>
  sqlstate(connected((sql) => one(sql, 'select 1'), changes));
const list = async (sql: postgres.Sql): Promise<unknown[]> =>
  (await sql`select i from t order by i`).map((row) => row.i);
const count = async (sql: postgres.Sql): Promise<number> => Number(await one(sql, 'select count(*) from t'));

function copyOut(options: string): () => Promise<unknown> {
  return () =>
    connected(async (sql) => {
      const stream = await sql.unsafe(`copy (${rows}) to stdout ${options}`).readable();
      const data = Buffer.concat(await stream.toArray());
      return [data.length, md5(data)];
    });
}

async function sendCopy(sql: postgres.Sql, text: string, data: string): Promise<void> {
  const stream = await sql.unsafe(text).writable();
  await new Promise<void>((resolve, reject) => {
    stream.on('error', reject).on('finish', resolve);
    stream.end(data);
  });
}

function copyIn(options: string, row: (i: number) => string): () => Promise<unknown> {
  return () =>
    connected(async (sql) => {
      await sql`create temp table t (i int, t text, n text)`;
      await sendCopy(sql, `copy t from stdin ${options}`, numbers(1000).map(row).join(''));
      const [found] = await sql`select count(*)::int, sum(i)::int from t where n is null`;
      return [found?.count, found?.sum];
    });
}

function diagnostics(text: string, ...fields: string[]): () => Promise<unknown> {
  return () =>
    connected(async (sql) => {
      const error = await sql.unsafe(text).then(
        () => ({}) as Record<string, unknown>,
        (failure) => failure,
      );
      return fields.map((field) => error[field]);
    });
}

await run({
  connect_tls: () =>
    connected(async (sql) => ((await one(sql, 'select 1')) === 1 ? 'verified' : 'cleartext')),
  wrong_ca: async () => {
    const code = await refused({ ssl: { ca: otherCa } });
    return isUntrusted(code) ? 'refused' : code;
  },
  wrong_password: () => refused({ password: 'wrong' }),
  unknown_database: () => refused({ database: 'nowhere' }),
  password_hook: () => connected((sql) => one(sql, 'select 1'), { password: async () => target.password }),
  parameters: () =>
    connected(async (sql) => {
      const heard: Record<string, unknown> = {};
      sql.options.onparameter = (name: string, value: unknown) => {
        heard[name] = value;
      };
      await sql`set TimeZone = 'Asia/Kathmandu'`;
      const { client_encoding, standard_conforming_strings } = sql.parameters;
      const name = String(await one(sql, 'show application_name'));
      return new Seen(
        {
          client_encoding,
          standard_conforming_strings,
          TimeZone: sql.parameters.TimeZone,
          application_name: name.endsWith(application),
        },
        [sql.parameters.server_version, sql.parameters.is_superuser, heard],
      );
    }),
  types_text: () =>
    connected(async (sql) => {
      const got: Record<string, unknown> = {};
      const seen: Record<string, unknown> = {};
      for (const { name, type } of await sql.unsafe(columns)) {
        const cast = asText.test(type) ? 'text::' : '';
        const value = await one(sql, `select "${name}"${cast && '::text'} from samples where id = 1`);
        seen[name] = JSON.stringify(value);
        got[name] = await one(sql, sameAsColumn(name, cast + type), [value]);
      }
      return new Seen(got, seen);
    }),
  types_binary: skip('postgres.js asks for text results only'),
  nulls: () =>
    connected(async (sql) => {
      const [row] = await sql`select * from samples where id = 2`;
      return Object.values(row ?? {}).filter((value) => value === null).length;
    }),
  prepared: () =>
    connected(async (sql) => {
      const got = [];
      for (const number of numbers(3)) got.push((await sql`select ${number}::int * 2 as value`)[0]?.value);
      return got;
    }),
  prepared_many: () =>
    connected(async (sql) => {
      const got: unknown[] = [];
      for (const number of [...numbers(60), ...numbers(60)]) {
        const text = `select $1::int + ${number} as value`;
        got.push((await sql.unsafe(text, [0], { prepare: true }))[0]?.value);
      }
      return sum(got as number[]);
    }),
  pipeline: () =>
    connected(async (sql) => {
      const answers = await Promise.all(numbers(20).map((number) => sql`select ${number}::int as i`));
      return sum(answers.map((answer) => answer[0]?.i));
    }),
  pipeline_error: () =>
    connected(async (sql) => {
      await sql`create temp table t (i int)`;
      const batch = [1, 0, 1].map((number) => sqlstate(sql`insert into t values (1 / ${number}::int)`));
      return [(await Promise.all(batch))[1], await count(sql)];
    }),
  transaction: () =>
    connected(async (sql) => {
      await sql`create temp table t (i int)`;
      await sql.begin((work) => work`insert into t values (1)`);
      await sqlstate(
        sql.begin(async (work) => {
          await work`insert into t values (2)`;
          throw new Error('rolled back');
        }),
      );
      return list(sql);
    }),
  savepoint: () =>
    connected(async (sql) => {
      await sql.begin(async (work) => {
        await work`create temp table t (i int)`;
        await work`insert into t values (1)`;
        const inner = work.savepoint(async (part) => {
          await part`insert into t values (2)`;
          await part`select 1 / 0`;
        });
        await sqlstate(inner);
        await work`insert into t values (3)`;
      });
      return list(sql);
    }),
  failed_transaction: () =>
    connected(async (sql) => {
      const session = await sql.reserve();
      await session`begin`;
      const states = [await sqlstate(session`select 1 / 0`), await sqlstate(session`select 1`)];
      await session`rollback`;
      const next = await one(session, 'select 1');
      session.release();
      return [...states, next];
    }),
  cursor: () =>
    connected((sql) =>
      sql.begin(async (work) => {
        await work`declare c cursor for select generate_series(1, 10)`;
        const got = [];
        for (const _ of numbers(4)) got.push((await work`fetch 3 from c`).length);
        return got;
      }),
    ),
  portal: () =>
    connected(async (sql) => {
      const values: number[] = [];
      for await (const part of sql`select generate_series(1, 1000) as i`.cursor(100))
        values.push(...part.map((row) => row.i));
      return [values.length, sum(values)];
    }),
  copy_out_text: copyOut(''),
  copy_out_csv: copyOut('(format csv, header)'),
  copy_out_binary: copyOut('(format binary)'),
  copy_in_text: copyIn('', (i) => `${i}\trow ${i}\t\\N\n`),
  copy_in_csv: copyIn('(format csv)', (i) => `${i},row ${i},\n`),
  copy_in_binary: skip('postgres.js only carries the bytes: node-postgres sends the same ones'),
  copy_in_failed: () =>
    connected(async (sql) => {
      await sql`create temp table t (i int)`;
      const stream = await sql`copy t from stdin`.writable();
      stream.end('1\nnot a number\n'); // postgres.js never tells the stream of the server's error
      await sleep(200);
      return new Seen(null, await count(sql));
    }),
  copy_in_aborted: () =>
    connected(async (sql) => {
      await sql`create temp table t (i int)`;
      const stream = await sql`copy t from stdin`.writable();
      stream.on('error', () => {});
      stream.write('1\n');
      stream.destroy(new Error('given up'));
      return ['57014', await count(sql)];
    }),
  cancel: () =>
    connected(async (sql) => {
      const query = sql`select pg_sleep(20)`;
      const running = sqlstate(query);
      await sleep(300);
      query.cancel();
      return [await running, await one(sql, 'select 1')];
    }),
  statement_timeout: () =>
    connected(async (sql) => [await sqlstate(sql`select pg_sleep(20)`), await one(sql, 'select 1')], {
      connection: { statement_timeout: 200 },
    }),
  error_position: diagnostics('select nothing', 'code', 'message', 'position'),
  error_constraint: diagnostics(
    'insert into samples (id) values (1)',
    'code',
    'table_name',
    'constraint_name',
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
    connected(async (sql) => [
      (await one(sql, 'select md5($1)', [fiveMegabytes])) === md5(fiveMegabytes),
      (await one(sql, 'select repeat($1, 524288)', [fiveMegabytes.slice(0, 9)])) === fiveMegabytes,
    ]),
  large_bytea: () =>
    connected(async (sql) => {
      const value = Buffer.from(fiveMegabytes);
      const echo = (await one(sql, 'select $1::bytea', [value])) as Buffer;
      return [(await one(sql, 'select md5($1::bytea)', [value])) === md5(value), value.equals(echo)];
    }),
  notices: async () => {
    const heard: unknown[] = [];
    const onnotice = (notice: postgres.Notice): unknown => heard.push(notice.message);
    const loud = "do $$ begin raise notice 'one'; raise warning 'two'; end $$";
    await connected((sql) => sql.unsafe(loud), { onnotice: onnotice as (notice: postgres.Notice) => void });
    return heard;
  },
  notifications: () =>
    connected(async (sql) => {
      const heard = Promise.withResolvers<string>();
      const { unlisten } = await sql.listen('clients_postgres_js', heard.resolve);
      await sql.notify('clients_postgres_js', 'x'.repeat(7000));
      const payload = await Promise.race([heard.promise, sleep(5000, '')]);
      await unlisten();
      return [['clients', payload.length]];
    }),
  several_statements: () =>
    connected(async (sql) => {
      const text =
        "create temp table t (i int); insert into t values (1), (2); select i from t; select 'two' as i";
      const results = (await sql.unsafe(text).simple()) as unknown as postgres.RowList<{ i: unknown }[]>[];
      return results
        .filter((result) => result.command === 'SELECT')
        .map((result) => result.map((row) => row.i));
    }),
  several_statements_error: () =>
    connected(async (sql) => {
      await sql`create temp table t (i int)`;
      const text = 'insert into t values (1); select 1 / 0; insert into t values (2)';
      return [await sqlstate(sql.unsafe(text).simple()), await count(sql)];
    }),
  empty_query: () =>
    connected(async (sql) => [(await sql.unsafe('')).length === 0, await one(sql, 'select 1')]),
  stale_prepared: () =>
    connected(async (sql) => {
      const statement = (): postgres.PendingQuery<postgres.Row[]> => sql`select ${1}::int`;
      await statement();
      await sql`deallocate all`.simple();
      const state = await sqlstate(statement());
      return new Seen(await one(sql, 'select 2'), state ?? 'prepared again');
    }),
  discard_all: () =>
    connected(async (sql) => {
      const statements = ["set TimeZone = 'Asia/Kathmandu'", 'create temp table t (i int)', 'discard all'];
      for (const text of statements) await sql.unsafe(text).simple();
      return [await sqlstate(sql.unsafe('select * from t').simple()), sql.parameters.TimeZone];
    }),
  large_result: () =>
    connected(async (sql) => {
      const found = await sql`select i, 'row ' || i from generate_series(1, 50000) i`;
      return [found.length, sum(found.map((row) => row.i))];
    }),
  ten_connections: () =>
    connected(
      async (sql) => {
        const answers = await Promise.all(
          numbers(10).map((number) => sql`select ${number}::int as i, pg_sleep(0.05)`),
        );
        return sum(answers.map((answer) => answer[0]?.i));
      },
      { max: 10 },
    ),
  close: async () => {
    const pid = await connected((sql) => one(sql, 'select pg_backend_pid()'));
    return connected(async (sql) => {
      for (const _ of numbers(50)) {
        const left = await one(sql, 'select count(*)::int from pg_stat_activity where pid = $1', [pid]);
        if (left === 0) return 'gone';
        await sleep(100);
      }
      return 'still there';
    });
  },
  backend_pid: () =>
    connected(async (sql) => {
      const result = await sql`select pg_backend_pid() as pid`;
      return result.state.pid === result[0]?.pid;
    }),
  session_end: () => connected((sql) => sqlstate(sql.unsafe(lastStatement))),
});
