// The proof against real servers: whatever stands in the place of free constants, the server reads the same tree.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFacts } from '../../../gateway/catalog/facts/read-facts.ts';
import { catalogQuery, loadSnapshot, noCatalogData, type Snapshot } from '../../../gateway/catalog/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import { parseStatements, type Shape, shapeOf } from '../../../gateway/sql/index.ts';
import { type Stage, startStage } from '../../catalog/resolver/fixture.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { parameters, schema, statementsFor } from '../analyzed/statements.ts';
import { replaceConstants } from './replacements.ts';

const own = readFileSync(new URL('statements.sql', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('--'));

function shapeOfText(text: string): Shape | undefined {
  const [statement] = parseStatements(text, { maxBytes: 100_000 });
  const shape = statement === undefined ? undefined : shapeOf(statement, text);
  return shape !== undefined && 'key' in shape ? shape : undefined;
}

/** The server's tree without the values of constants and without places in the text. */
const blank = (nodeText: string): string =>
  nodeText
    .replace(/ :constvalue \d+ \[[^\]]*\]/g, ' :constvalue')
    .replace(/ :((?:stmt_)?location|stmt_len|(?:rexpr_)?list_(?:start|end)) -?\d+/g, ' :$1');

/** Several constants of one type, one after the other, are as one; so are they with a cast around each. */
const withoutRepetition = (nodeText: string): string =>
  blank(nodeText).replace(/(\{CONST [^{}]*\}|\{FUNCEXPR [^{}]*\(\{CONST [^{}]*\}\)[^{}]*\})(?: \1)+/g, '$1');

describe.each([15, 18] as const)('on PostgreSQL %i', (version) => {
  let stage: Stage;
  let parameterTypes: readonly number[];
  let catalog: Snapshot;
  beforeAll(async () => {
    stage = await startStage(version);
    await stage.admin.query(schema);
    const { rows } = await stage.admin.query(
      `SELECT name::regtype::oid::int AS type FROM unnest(string_to_array($1, ', ')) WITH ORDINALITY AS t(name, n) ORDER BY n`,
      [parameters],
    );
    catalog = await loadSnapshot(catalogQuery(stage.admin), { data: noCatalogData, log: silentLog });
    parameterTypes = rows.map(({ type }) => type);
  });
  afterAll(() => stage?.stop());

  const resolve = (text: string, types = parameterTypes) => stage.resolve(text, { parameterTypes: types });

  const factsOf = (text: string) =>
    readFacts({
      text,
      parameterTypes,
      catalog,
      searchPath: ['pg_catalog', 'public'],
      resolve,
      named: () => undefined,
      statementBytes: 100_000,
    });

  /** The tree as printed; or undefined for a constant that its type can't read, which is no fact. */
  async function treeOf(text: string, print = blank): Promise<string | undefined> {
    const resolution = await resolve(text);
    if (resolution.kind === 'tree') return print(resolution.nodeText);
    expect(resolution, text).toMatchObject({ kind: 'error', sqlstate: expect.stringMatching(/^22/) });
    return undefined;
  }

  /** How many variants the server could read. */
  async function compare(text: string, random: Random): Promise<number> {
    const shape = shapeOfText(text);
    if (shape === undefined || shape.constants.length === 0) return 0;
    const base = await resolve(text);
    if (base.kind !== 'tree') return 0;
    const facts = await factsOf(text);
    let read = 0;
    for (const how of ['same form', 'same form', 'any form'] as const) {
      const variant = replaceConstants(text, shape.constants, random, how);
      expect(shapeOfText(variant)?.key, variant).toBe(shape.key);
      const tree = await treeOf(variant);
      if (tree === undefined) continue;
      expect(tree, variant).toBe(blank(base.nodeText));
      expect(await factsOf(variant), variant).toEqual(facts);
      read++;
    }
    return read;
  }

  test('a constant that is free changes no tree and no fact', async () => {
    const statements = [...new Set([...own, ...statementsFor(version)])];
    const random = createRandom(version);
    let compared = 0;
    for (const [index, text] of statements.entries())
      if ((await compare(text, random.fork(index))) > 0) compared++;
    const withConstants = statements.filter((text) => (shapeOfText(text)?.constants.length ?? 0) > 0);
    // Most must have been compared, or nothing was proven.
    expect(withConstants.length).toBeGreaterThan(150);
    expect(compared).toBeGreaterThan(withConstants.length * 0.9);
  });

  test.each([
    ['SELECT id FROM customer WHERE id IN (1, 2)', 'SELECT id FROM customer WHERE id IN (3, 4, -5, 6)'],
    [
      `SELECT id FROM customer WHERE mood IN ('calm', 'cross') AND name NOT IN ('a', 'b')`,
      `SELECT id FROM customer WHERE mood IN ('calm', 'cross', 'calm') AND name NOT IN ('a', 'b', 'c', 'd')`,
    ],
    ['DELETE FROM folder WHERE id IN (1, 2, $1)', 'DELETE FROM folder WHERE id IN (1, 2, 3, $1)'],
    ['DELETE FROM folder WHERE id IN (1, 2, 2.5)', 'DELETE FROM folder WHERE id IN (1, 2, 3, 4, 2.5)'],
    [
      'SELECT id FROM customer WHERE balance IN (1, 2, score)',
      'SELECT id FROM customer WHERE balance IN (1, 2, 3, score)',
    ],
  ])('the length of a list changes no tree but for itself: %s', async (one, other) => {
    expect(shapeOfText(other)?.key).toBe(shapeOfText(one)?.key);
    const tree = await treeOf(one, withoutRepetition);
    expect(tree).toBeDefined();
    expect(await treeOf(other, withoutRepetition)).toBe(tree);
  });

  const changes: [what: string, one: string, other: string][] = [
    [
      'ordinals of ORDER BY',
      'SELECT id, name FROM customer ORDER BY 1',
      'SELECT id, name FROM customer ORDER BY 2',
    ],
    [
      'ordinals of GROUP BY',
      'SELECT id, name FROM customer GROUP BY 1',
      'SELECT id, name FROM customer GROUP BY 1, 2',
    ],
    [
      'an output that is sorted by',
      'SELECT id + 1 FROM folder ORDER BY id + 1',
      'SELECT id + 2 FROM folder ORDER BY id + 1',
    ],
    [
      'an output of DISTINCT ON',
      'SELECT DISTINCT ON (id + 1) id + 1 FROM folder',
      'SELECT DISTINCT ON (id + 1) id + 2 FROM folder',
    ],
    [
      'an output that windows sort by',
      'SELECT id + 1, sum(id) OVER (ORDER BY id + 1) FROM folder',
      'SELECT id + 2, sum(id) OVER (ORDER BY id + 1) FROM folder',
    ],
    [
      'frames of windows',
      'SELECT sum(id) OVER (ROWS 1 PRECEDING), sum(id) OVER (ROWS 1 PRECEDING) FROM folder',
      'SELECT sum(id) OVER (ROWS 1 PRECEDING), sum(id) OVER (ROWS 2 PRECEDING) FROM folder',
    ],
    [
      'the size of a number',
      'SELECT id FROM folder WHERE id = 1',
      'SELECT id FROM folder WHERE id = 3000000000',
    ],
    ['a fraction', 'SELECT id FROM folder WHERE id = 1', 'SELECT id FROM folder WHERE id = 1.0'],
    ['quotes', 'SELECT 1', `SELECT '1'`],
    ['NULL', 'SELECT id FROM folder WHERE id = 1', 'SELECT id FROM folder WHERE id = NULL'],
    ['a list of one', 'SELECT id FROM folder WHERE id IN (1)', 'SELECT id FROM folder WHERE id IN (1, 2)'],
    ['the number of rows', 'INSERT INTO folder VALUES (1)', 'INSERT INTO folder VALUES (1), (2)'],
    ['aliases', 'SELECT id AS a FROM folder', 'SELECT id AS b FROM folder'],
  ];
  test.each(changes)('what is kept is kept for a reason: %s', async (_, one, other) => {
    expect(await treeOf(other)).not.toBe(await treeOf(one));
    expect(shapeOfText(other)?.key).not.toBe(shapeOfText(one)?.key);
  });
});
