// What psql printed in a session, and what replay draws of it: the same bytes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../support/random.ts';
import { ReplayStage } from './stage.ts';

let stage: ReplayStage;

beforeAll(async () => {
  stage = await ReplayStage.start();
});

afterAll(() => stage.stop());

/** Nothing of a statement's text or outcome, nor of the header. */
function answersOf(plain: string): string {
  const lines = plain.split('\n');
  const kept: string[] = [];
  let isAnswer = false;
  for (const line of lines) {
    if (/^\[\d\d+:\d\d\.\d{3}\] /.test(line)) isAnswer = line.includes('=>');
    else if (line.startsWith('            -> ')) isAnswer = true;
    else if (/^ {12}(?:\S.* · )?[\d.]+ m?s(?: |$)/.test(line)) isAnswer = false;
    else if (isAnswer) kept.push(line);
  }
  return kept.map((line) => `${line}\n`).join('');
}

async function sameAs(statements: readonly string[]): Promise<void> {
  const { stdout } = await stage.psql(statements);
  const replayed = await stage.replay(await stage.lastSession());
  expect(replayed).toMatchObject({ code: 0, stderr: '' });
  expect(answersOf(replayed.stdout)).toBe(stdout);
}

test('tables of all kinds are drawn as psql draws them', async () => {
  await sameAs([
    'select',
    'select from generate_series(1, 3)',
    "select 1 as a, 'x' as b, null as c",
    "select 'a\nb' as x, 1 as n, E'q\\nr\\ns' as z",
    'select 1 as "a\nbb\nc", 2 as "x"',
    "select '日本' as 日本語, 'é' as e, E'e\\u0301x' as c, '👍' as t, 'ﬁ' as f",
    "select E'a\\tb' as t, E'x\\ty\\tz' as \"t\tu\", E'\\x01\\x1b[31m' as c, E'\\r' as r, U&'\\0085' as u, E'\\x7f' as d",
    'select 1 where false',
    'select oid, relname, relkind, reltuples, relacl, relhasindex from pg_class order by oid limit 40',
    'select * from pg_type order by oid limit 10',
    "select '' as empty, 'x' as y, E'\\n' as nl, E'a\\n' as t",
    "select 1.50 as n, 1e20::float8, 1e-7::float4, true, date '2026-11-21', array[1, 2, null], row(1, 'a b', null), 12.3::money, 5::oid",
    'select n, repeat(chr(64 + n), n) as s from generate_series(1, 30) n',
    'select 1 as a; select 2 as b, 3 as c; select null',
    'values (1, null), (null, 2)',
    "select repeat('wide ', 100) as w, 1",
    'show server_encoding',
    'explain (costs off) select * from pg_class where oid = 5',
  ]);
});

test('what changes, and what is copied, is told as psql tells it', async () => {
  await sameAs([
    'create table made (a int primary key, b text)',
    "insert into made select n, 'v' || n from generate_series(1, 5) n",
    'update made set b = null where a < 3',
    'delete from made where a = 5 returning *',
    'copy made to stdout',
    'copy (select a, b from made) to stdout with (format csv, header)',
    'begin',
    'commit',
  ]);
});

const random = createRandom(8);
const texts = [
  ...['', 'x', 'two words', 'a\nb', '日本語', 'e\u0301', '👍', '\t', 'tab\tin', '\u0001', '"', "'", '\\'],
  ...[' lead', 'trail ', '\n', '한글', 'Ünï', '\r\n', 'long '.repeat(30)],
];
const names = ['a', 'Long name', '日本', 'two\nlines', 'x\ty', 'ü'];

const literal = (text: string): string =>
  `E'${text.replace(/['\\\p{Cc}]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;

function anyText(): string {
  if (random.chance(0.15)) return 'null';
  return literal(Array.from({ length: random.integer(1, 3) }, () => random.pick(texts)).join(''));
}

const anyNumber = (): string =>
  random.chance(0.2) ? 'null::numeric' : (random.integer(-1e6, 1e6) / 10 ** random.integer(0, 4)).toString();

function anyQuery(): string {
  const columns = Array.from({ length: random.integer(1, 7) }, (_, at) => ({
    name: `"${random.pick(names)}${at}"`,
    value: random.chance(0.4) ? anyNumber : anyText,
  }));
  const rows = Array.from(
    { length: random.integer(1, 6) },
    () => `select ${columns.map(({ name, value }) => `${value()} as ${name}`).join(', ')}`,
  );
  return `${rows.join(' union all ')}${random.chance(0.1) ? ' limit 0' : ''}`;
}

test('random tables are drawn as psql draws them', async () => {
  for (let round = 0; round < 4; round++) await sameAs(Array.from({ length: 40 }, anyQuery));
});
