// What statements in one text, and names that the server may not have, come to under a policy that refuses opaque ones.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RawClient } from '../support/raw-client.ts';
import { type Files, PolicyStage } from './policy-stage.ts';

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, ssn text);
  INSERT INTO customers VALUES (1, '078-05-1120');
  CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO app; GRANT USAGE ON SCHEMA other TO public`;

const careful: Files = {
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "deny", "rule": "test.opaque", "reason": "Nobody knows.", "hint": "Ask somebody."}
decision := {"effect": "allow", "rule": "test.known"} if not input.statement.opaque`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "deny", "rule": "test.nobody"}`,
};

describe('a text', () => {
  let stage: PolicyStage;
  beforeAll(async () => {
    stage = await PolicyStage.start(schema, careful);
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage.stop());

  /** The SQLSTATE of each text's error, or its command tags. */
  async function played(client: RawClient, texts: readonly string[]): Promise<readonly string[]> {
    const answers: string[] = [];
    for (const text of texts) {
      const answer = await client.query(text);
      const error = answer.find(({ type }) => type === 'E')?.fields.C;
      const tags = answer.filter(({ type }) => type === 'C').map(({ body }) => body.toString().slice(0, -1));
      answers.push(error ?? tags.join(', '));
    }
    return answers;
  }

  test.each([
    {
      name: 'goes on after a setting that no name depends on',
      texts: [
        "SET application_name = 'a'; SELECT id FROM customers; RESET application_name; SELECT id FROM customers",
      ],
      want: ['SET, SELECT 1, RESET, SELECT 1'],
    },
    {
      name: 'does not go on after a setting that names depend on',
      texts: ['SET search_path = other; SELECT id FROM customers'],
      want: ['42501'],
    },
    {
      name: 'goes on after the end of a transaction that changed nothing of names',
      texts: [
        'BEGIN; SELECT id FROM customers; ROLLBACK; SELECT id FROM customers',
        'BEGIN; COMMIT; TABLE customers',
      ],
      want: ['BEGIN, SELECT 1, ROLLBACK, SELECT 1', 'BEGIN, COMMIT, SELECT 1'],
    },
    {
      name: 'does not go on after the end of a transaction that takes a setting back',
      texts: ['BEGIN', 'SET search_path = other, public', 'ROLLBACK; SELECT id FROM customers', 'ROLLBACK'],
      want: ['BEGIN', 'SET', '42501', 'ROLLBACK'],
    },
    {
      name: 'does not go on after the end of a transaction in which it set something itself',
      texts: ['BEGIN; SET LOCAL search_path = other; ROLLBACK; SELECT id FROM customers'],
      want: ['42501'],
    },
    {
      name: 'that names a prepared statement that nobody made is refused as the server does',
      texts: [
        'EXECUTE nope',
        'PREPARE nope AS SELECT 1',
        'EXECUTE nope',
        'DEALLOCATE nope',
        'EXPLAIN EXECUTE nope',
      ],
      want: ['26000', 'PREPARE', 'SELECT 1', 'DEALLOCATE', '26000'],
    },
    {
      name: 'that names a cursor that nobody made is refused as the server does',
      texts: ['BEGIN', 'FETCH 1 FROM nope', 'ROLLBACK', 'MOVE nope'],
      want: ['BEGIN', '34000', 'ROLLBACK', '34000'],
    },
  ])('$name', async ({ texts, want }) => {
    expect(await played(await stage.open(), texts)).toEqual(want);
  });
});
