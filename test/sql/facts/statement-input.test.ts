// The statement part of the input document: what the schema promises, and nothing else.
import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { type StatementFacts, statementInput } from '../../../gateway/sql/index.ts';
import { sampleFacts } from './sample-facts.ts';

type Node = Readonly<{ [key: string]: unknown; description?: string; type?: unknown }>;

let schema: Node & { $defs: Record<string, Node> };
let problemsOf: (value: unknown) => unknown;

beforeAll(async () => {
  schema = JSON.parse(await readFile(new URL('../../../schemas/input.schema.json', import.meta.url), 'utf8'));
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  const validate = ajv.addSchema(schema, 'input').getSchema('input#/$defs/StatementInput');
  problemsOf = (value) => (validate?.(value) === true ? [] : validate?.errors);
});

describe('the statement of', () => {
  test.each(Object.entries(sampleFacts))('%s is as the schema says', (_, facts) => {
    expect(problemsOf(statementInput(facts))).toEqual([]);
  });

  test.each(Object.entries(sampleFacts))('%s is the same after JSON: nothing is undefined', (_, facts) => {
    const input = statementInput(facts);
    expect(JSON.parse(JSON.stringify(input))).toStrictEqual(input);
  });
});

test('nothing of the facts is lost but OIDs and attribute numbers', () => {
  const leaves = (value: unknown): unknown[] =>
    typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
  for (const facts of Object.values(sampleFacts)) {
    const kept = new Set(leaves(statementInput(facts)));
    const { relations, columns, outputs, writes, ...rest } = facts;
    const named = [
      ...relations.map(({ oid: _, ...named }) => named),
      ...columns.map(({ relation: _, number: __, ...named }) => named),
      ...outputs.map(({ type: _, origin: __, ...named }) => named),
      ...writes.map(({ relation: _, ...named }) => named),
    ];
    const lost = leaves([rest, named]).filter((leaf) => leaf !== undefined && !kept.has(leaf));
    expect(lost).toEqual([]);
  }
});

test('names are those that rules use', () => {
  const input = statementInput(sampleFacts.throughView);
  expect(input).toMatchObject({ read_only: true, limit: 5, opaque: true });
  expect(input.columns[1]).toMatchObject({ relation: 'customers', name: 'email', used_inside: ['join'] });
  expect(input.functions[2]).toMatchObject({ name: 'touch', security_definer: true });
  expect(statementInput(sampleFacts.writing).writes[0]).toMatchObject({ row_filter: 'key_equality' });
});

test('what is not there is absent, so that no comparison with it holds', () => {
  const input = statementInput(sampleFacts.writing);
  expect(input).not.toHaveProperty('limit');
  expect(input.writes[0]).not.toHaveProperty('rows');
  expect(input.writes[2]).not.toHaveProperty('row_filter');
  expect(statementInput(sampleFacts.utility).session_effects[1]).not.toHaveProperty('values');
  const none: StatementFacts = { ...sampleFacts.nothing, limit: 0 };
  expect(statementInput(none).limit).toBe(0);
});

test('every key of the schema says what it is, and has a type that policies are checked against', () => {
  const missing: string[] = [];
  const visit = (path: string, node: Node): void => {
    const { properties, items } = node as { properties?: Record<string, Node>; items?: Node };
    for (const [key, value] of Object.entries(properties ?? {})) {
      if (value.description === undefined) missing.push(`${path}.${key} has no description`);
      if (value.type === undefined && value.$ref === undefined) missing.push(`${path}.${key} has no type`);
      visit(`${path}.${key}`, value);
    }
    if (items !== undefined) visit(`${path}[]`, items);
  };
  visit('input', schema);
  for (const [name, node] of Object.entries(schema.$defs)) visit(name, node);
  expect(missing).toEqual([]);
});
