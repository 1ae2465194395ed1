import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registryOf } from '../../../gateway/sql/analyzed/registry/schema.ts';
import {
  type AnalyzedNode,
  accessOf,
  outputsOf,
  type Query,
  type Reading,
  readExpression,
  readExpressions,
  readFunctionBody,
  readPartitionBound,
  readRuleActions,
  resolveCte,
  resolveVar,
  targetOf,
  walkTree,
} from '../../../gateway/sql/index.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { printNode, printNodes } from './print-tree.ts';
import { schema, statementsFor, wrap } from './statements.ts';

describe.each([15, 18] as const)('the trees of PostgreSQL %i', (wanted) => {
  let server: Postgres;
  let client: pg.Client;
  let version: number;
  const tagsSeen = new Set<string>();

  beforeAll(async () => {
    server = await startPostgres({ version: wanted });
    version = server.version;
    client = new pg.Client({ connectionString: server.connectionString() });
    await client.connect();
    await client.query(schema);
  });
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  test('every statement reads without an unknown, to the last character', async () => {
    const statements = statementsFor(version);
    expect(statements.length).toBeGreaterThanOrEqual(400);
    const failures: string[] = [];
    for (const statement of statements) {
      try {
        const text = await bodyOf(statement);
        const queries = known(readFunctionBody(text, version), text);
        expect(`(${printNodes(queries, version)})`).toBe(signed(text));
        checkReferences(queries);
        let nodes = 0;
        walkTree(queries, () => {
          nodes++;
        });
        expect(nodes).toBe(text.match(/(?<!\\)\{/g)?.length);
      } catch (error) {
        failures.push(`${statement}\n  ${(error as Error).message}`);
      }
    }
    expect(failures).toEqual([]);
  });

  test('every stored rule, view, condition, default, index, policy and bound reads, to the last character', async () => {
    const stored = await client.query<{ kind: keyof typeof readers; name: string; text: string }>(
      storedTrees,
    );
    const seen = new Set<string>();
    for (const { kind, text } of stored.rows) {
      seen.add(kind);
      expect(readers[kind](text, version)).toBe(signed(text));
      collectTags(text);
    }
    expect(stored.rows.length).toBeGreaterThan(200);
    expect([...seen].sort()).toEqual(Object.keys(readers).sort());
  });

  test('every tag that occurs is in the registry, and every tag of the registry occurs', () => {
    const registered = [...(registryOf(version)?.keys() ?? [])].sort();
    expect([...tagsSeen].sort()).toEqual(registered);
  });

  async function bodyOf(statement: string): Promise<string> {
    await client.query('BEGIN');
    try {
      await client.query(wrap(statement));
      const { rows } = await client.query<{ body: string }>(
        "SELECT prosqlbody::text AS body FROM pg_proc WHERE proname = 'probe'",
      );
      const body = rows[0]?.body as string;
      collectTags(body);
      return body;
    } finally {
      await client.query('ROLLBACK');
    }
  }

  /** Independent of the reader: an unescaped brace always opens a node. */
  function collectTags(text: string): void {
    for (const [, tag] of text.matchAll(/(?<!\\)\{([A-Z_]+)/g)) tagsSeen.add(tag as string);
  }

  const readers = {
    rule: (text: string, of: number) => printNodes(known(readRuleActions(text, of), text), of),
    condition: (text: string, of: number) => printNode(known(readExpression(text, of), text), of),
    list: (text: string, of: number) => printNodes(known(readExpressions(text, of), text), of),
    bound: (text: string, of: number) => printNode(known(readPartitionBound(text, of), text), of),
    body: (text: string, of: number) => {
      const queries = known(readFunctionBody(text, of), text);
      checkReferences(queries);
      return text.startsWith('{') ? printNode(queries[0] as Query, of) : `(${printNodes(queries, of)})`;
    },
  };
});

function known<Tree>(reading: Reading<Tree>, text: string): Tree {
  if (reading.known) return reading.tree;
  const at = (offset: number): string => text.slice(offset, offset + 200);
  throw new Error(reading.unknown.map((node) => `${JSON.stringify(node)} ${at(node.offset)}`).join('\n'));
}

/** Every Var has its entry and column, every CTE reference its CTE, every sort clause its target, every relation its access. */
function checkReferences(queries: readonly AnalyzedNode[]): void {
  walkTree(queries, (node, scope) => {
    if (node.tag === 'VAR') {
      const { entry } = resolveVar(scope, node) ?? expect.fail('a Var outside every query');
      if (entry.rtekind !== 'join') expect(node.varattno).toBeLessThanOrEqual(entry.eref.colnames.length);
    }
    if (node.tag === 'RANGETBLENTRY' && node.rtekind === 'cte' && scope) resolveCte(scope, node);
    if (node.tag !== 'QUERY') return;
    outputsOf(node);
    for (const clause of [...node.sortClause, ...node.groupClause, ...node.distinctClause])
      expect(targetOf(node.targetList, clause).expr).toBeDefined();
    for (const entry of node.rtable)
      if (entry.rtekind === 'relation' && entry.relkind !== 'v')
        expect(accessOf(node, entry)?.relation).toBe(entry.relid);
  });
}

/** Bytes of datums are written unsigned on some processors; printed back they are signed. */
function signed(text: string): string {
  return text.replace(/\[ ([-\d ]+)\]/g, (_, bytes: string) => {
    const numbers = bytes.trim().split(' ').map(Number);
    return `[ ${numbers.map((byte) => `${byte > 127 ? byte - 256 : byte} `).join('')}]`;
  });
}

const storedTrees = `
  SELECT 'rule' AS kind, ev_class::regclass::text AS name, ev_action::text AS text FROM pg_rewrite
  UNION ALL SELECT 'condition', rulename, ev_qual::text FROM pg_rewrite
  UNION ALL SELECT 'condition', polname, polqual::text FROM pg_policy WHERE polqual IS NOT NULL
  UNION ALL SELECT 'condition', polname, polwithcheck::text FROM pg_policy WHERE polwithcheck IS NOT NULL
  UNION ALL SELECT 'condition', adrelid::regclass::text, adbin::text FROM pg_attrdef
  UNION ALL SELECT 'condition', conname, conbin::text FROM pg_constraint WHERE conbin IS NOT NULL
  UNION ALL SELECT 'condition', indexrelid::regclass::text, indpred::text FROM pg_index WHERE indpred IS NOT NULL
  UNION ALL SELECT 'list', indexrelid::regclass::text, indexprs::text FROM pg_index WHERE indexprs IS NOT NULL
  UNION ALL SELECT 'condition', tgname, tgqual::text FROM pg_trigger WHERE tgqual IS NOT NULL
  UNION ALL SELECT 'condition', prrelid::regclass::text, prqual::text FROM pg_publication_rel WHERE prqual IS NOT NULL
  UNION ALL SELECT 'condition', typname, typdefaultbin::text FROM pg_type WHERE typdefaultbin IS NOT NULL
  UNION ALL SELECT 'list', proname, proargdefaults::text FROM pg_proc WHERE proargdefaults IS NOT NULL
  UNION ALL SELECT 'list', partrelid::regclass::text, partexprs::text FROM pg_partitioned_table WHERE partexprs IS NOT NULL
  UNION ALL SELECT 'list', stxname, stxexprs::text FROM pg_statistic_ext WHERE stxexprs IS NOT NULL
  UNION ALL SELECT 'bound', relname, relpartbound::text FROM pg_class WHERE relpartbound IS NOT NULL
  UNION ALL SELECT 'body', proname, prosqlbody::text FROM pg_proc WHERE prosqlbody IS NOT NULL`;
