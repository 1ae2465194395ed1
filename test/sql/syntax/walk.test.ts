import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Fields,
  loadGrammar,
  nodeFields,
  parseStatements,
  walkSyntax,
} from '../../../gateway/sql/index.ts';
import { corpus } from './corpus.ts';

const limits = { maxBytes: 1_000_000 };
beforeAll(loadGrammar);

/** Types of libpg_query's other answers, which are no part of a syntax tree. */
const answers = [
  'ParseResult',
  'ScanResult',
  'ScanToken',
  'SummaryResult',
  'Table',
  'Function',
  'FilterColumn',
];

describe('the walker', () => {
  test('knows every node type and every field of the grammar, as its type definitions have them', () => {
    const require = createRequire(import.meta.resolve('libpg-query'));
    const text = readFileSync(require.resolve('@pgsql/types/types.d.ts'), 'utf8');
    const ofGrammar = [...text.matchAll(/^export interface (\w+) \{([^}]*)\}/gm)]
      .filter(([, name]) => !answers.includes(name as string))
      .map(([, name, body = '']) => [
        name,
        [...body.matchAll(/(\w+)\??: ([^;]+);/g)].map(([, f, t]) => `${f}:${t}`).join(' '),
      ]);
    expect(nodeFields).toEqual(Object.fromEntries(ofGrammar));
  });

  test('finds nothing unknown in the corpus', () => {
    const unknown = corpus.flatMap(({ sql }) =>
      parseStatements(sql, limits).flatMap(({ type, node }) =>
        walkSyntax(type, node as Fields, () => 'into'),
      ),
    );
    expect(unknown).toEqual([]);
  });

  test('visits every object of the tree that has a type', () => {
    for (const { sql } of corpus)
      for (const { type, node } of parseStatements(sql, limits)) {
        const visited = new Set<unknown>();
        walkSyntax(type, node as Fields, (_, fields) => {
          visited.add(fields);
          return 'into';
        });
        for (const object of objectsOf(node)) expect(visited.has(object), sql).toBe(true);
      }
  });

  const strange: readonly { name: string; type: string; fields: Fields; want: readonly string[] }[] = [
    { name: 'a statement type', type: 'FutureStmt', fields: {}, want: ['FutureStmt'] },
    { name: 'a node type', type: 'SelectStmt', fields: { whereClause: { Future: {} } }, want: ['Future'] },
    { name: 'a field', type: 'SelectStmt', fields: { future: 1 }, want: ['SelectStmt.future'] },
    {
      name: 'a field of a typed child',
      type: 'SelectStmt',
      fields: { larg: { x: {} } },
      want: ['SelectStmt.x'],
    },
    {
      name: 'a node where a value should be',
      type: 'SelectStmt',
      fields: { all: { FuncCall: {} } },
      want: ['SelectStmt.all'],
    },
    {
      name: 'one node where a list should be',
      type: 'SelectStmt',
      fields: { targetList: { ResTarget: {} } },
      want: ['SelectStmt.targetList'],
    },
    {
      name: 'a node of two types',
      type: 'SelectStmt',
      fields: { whereClause: { A_Const: {}, FuncCall: {} } },
      want: ['SelectStmt.whereClause'],
    },
    {
      name: 'a value where a node should be',
      type: 'SelectStmt',
      fields: { whereClause: 'x' },
      want: ['SelectStmt.whereClause'],
    },
    {
      name: 'a name that every object has',
      type: 'SelectStmt',
      fields: { whereClause: { constructor: {} } },
      want: ['constructor'],
    },
  ];
  test.each(strange)('names what it does not know: $name', ({ type, fields, want }) => {
    expect(walkSyntax(type, fields, () => 'into')).toEqual(want);
  });

  test('goes in the order of the tree, over what it is told to, and ends when told to', () => {
    const [statement] = parseStatements('SELECT f(g(1)), h(2) FROM t', limits);
    const functions = (step: 'into' | 'over' | 'end'): number => {
      let seen = 0;
      walkSyntax(statement?.type as string, statement?.node as Fields, (type) => {
        if (type !== 'FuncCall') return 'into';
        seen++;
        return step;
      });
      return seen;
    };
    expect([functions('into'), functions('over'), functions('end')]).toEqual([3, 2, 1]);
  });

  test('a tree deeper than the stack is walked', () => {
    let tree: Fields = { A_Const: { isnull: true } };
    for (let depth = 0; depth < 200_000; depth++) tree = { NullTest: { arg: tree } };
    let nodes = 0;
    walkSyntax('ResTarget', { val: tree }, () => {
      nodes++;
      return 'into';
    });
    expect(nodes).toBe(200_002);
  });
});

/** The fields of every node and typed child, found without any knowledge of the grammar. */
function objectsOf(value: unknown): object[] {
  if (Array.isArray(value)) return value.flatMap(objectsOf);
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  const [first] = entries;
  const wrapping =
    entries.length === 0 || (entries.length === 1 && first !== undefined && /^[A-Z]/.test(first[0]));
  return [...(wrapping ? [] : [value]), ...entries.flatMap(([, child]) => objectsOf(child))];
}
