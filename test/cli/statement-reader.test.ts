// Where a typed statement ends.
import { expect, test } from 'vitest';
import { StatementReader } from '../../gateway/cli/sql/statement-reader.ts';

const cases: { name: string; input: string; want: string[]; rest?: string; waiting?: string }[] = [
  { name: 'two statements', input: 'select 1; select 2;', want: ['select 1', 'select 2'] },
  {
    name: 'the last one needs no semicolon',
    input: 'select 1; select 2',
    want: ['select 1'],
    rest: 'select 2',
    waiting: '-',
  },
  { name: 'empty statements are none', input: ';; ;', want: [] },
  { name: 'a semicolon in a string', input: "select ';';", want: ["select ';'"] },
  { name: 'a doubled quote', input: "select 'it''s; ';", want: ["select 'it''s; '"] },
  {
    name: 'a backslash is nothing special in an ordinary string',
    input: "select '\\'; select 2;",
    want: ["select '\\'", 'select 2'],
  },
  {
    name: 'a backslash escapes in an E string',
    input: "select E'\\';'; select 2;",
    want: ["select E'\\';'", 'select 2'],
  },
  {
    name: 'a name that ends in e before a string',
    input: "select date'\\'; select 2;",
    want: ["select date'\\'", 'select 2'],
  },
  { name: 'a semicolon in a quoted name', input: 'select 1 as "a;b";', want: ['select 1 as "a;b"'] },
  {
    name: 'dollar quotes',
    input: 'do $$ begin; end $$; select 1;',
    want: ['do $$ begin; end $$', 'select 1'],
  },
  { name: 'dollar quotes with a tag', input: 'select $a$ $$ ; $a$;', want: ['select $a$ $$ ; $a$'] },
  {
    name: 'parameters are no dollar quotes',
    input: 'select $1; select $2;',
    want: ['select $1', 'select $2'],
  },
  { name: 'a dollar inside a name', input: 'select a$b$c; select 1;', want: ['select a$b$c', 'select 1'] },
  { name: 'a line comment', input: 'select 1 -- ; \n; select 2;', want: ['select 1 -- ;', 'select 2'] },
  { name: 'nested comments', input: 'select /* ; /* ; */ ; */ 1;', want: ['select /* ; /* ; */ ; */ 1'] },
  {
    name: 'brackets',
    input: 'create rule r as on insert to t do (select 1; select 2); select 3;',
    want: ['create rule r as on insert to t do (select 1; select 2)', 'select 3'],
  },
  {
    name: 'a routine with a body',
    input:
      'create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3;',
    want: [
      'create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end',
      'select 3',
    ],
  },
  { name: 'a transaction is no routine', input: 'begin; select 1; end;', want: ['begin', 'select 1', 'end'] },
  { name: 'an open string', input: "select 'a;", want: [], rest: "select 'a;", waiting: "'" },
  { name: 'an open comment', input: 'select /* a;', want: [], rest: 'select /* a;', waiting: '*' },
  { name: 'an open bracket', input: 'select (1;', want: [], rest: 'select (1;', waiting: '(' },
];

test.each(cases)('$name', ({ input, want, rest, waiting }) => {
  const reader = new StatementReader();
  expect(reader.feed(input)).toEqual(want);
  expect(reader.waiting).toBe(waiting);
  expect(reader.finish()).toBe(rest);
});

test.each(cases)('$name, letter by letter', ({ input, want, rest }) => {
  const reader = new StatementReader();
  const statements = [...input].flatMap((letter) => reader.feed(letter));
  expect(statements).toEqual(want);
  expect(reader.finish()).toBe(rest);
});
