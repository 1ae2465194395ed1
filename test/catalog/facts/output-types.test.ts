// The types of outputs, held against what the server describes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FactsStage, startFactsStage } from './stage.ts';

const statements = [
  'SELECT ARRAY(SELECT id FROM customers)',
  'SELECT ARRAY(SELECT rolname FROM pg_roles)',
  'SELECT ARRAY(SELECT proargtypes FROM pg_proc LIMIT 1)',
  'SELECT ARRAY(SELECT conkey FROM pg_constraint WHERE false)',
  'SELECT ARRAY(SELECT c FROM customers c)',
  'SELECT c, (SELECT ssn FROM customers WHERE id = 1), EXISTS (SELECT 1) FROM customers c',
];

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: FactsStage;
  beforeAll(async () => {
    stage = await startFactsStage(version);
  });
  afterAll(() => stage?.stop());

  test.each(statements)('%s', async (statement) => {
    const { fields } = await stage.admin.query(statement);
    const answer = await stage.facts(statement);
    const outputs = answer.kind === 'facts' ? answer.statements.flatMap((facts) => facts.outputs) : [];
    expect(outputs.map(({ type }) => type)).toEqual(fields.map(({ dataTypeID }) => dataTypeID));
  });
});
