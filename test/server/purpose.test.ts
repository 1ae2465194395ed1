// What a client says, as it connects, that its session is for: known to every decision from the first one on.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PolicyStage } from './policy-stage.ts';

const rules = {
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "deny", "rule": "test.no_purpose", "reason": "Say what it is for."}
decision := {"effect": "allow", "rule": "test.said", "notices": [input.session.purpose]} if input.session.purpose`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}
decision := {"effect": "deny", "rule": "test.curious", "reason": "No."} if input.session.purpose == "curiosity"`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "deny", "rule": "test.nobody", "reason": "No."}`,
};

let stage: PolicyStage;
beforeAll(async () => {
  stage = await PolicyStage.start('CREATE TABLE notes (id int)', rules);
});
afterEach(() => stage.hangUp());
afterAll(() => stage.stop());

test.for([
  { how: 'in its options', parameters: { options: '-c portcullis.purpose=ticket\\ 4711' } },
  { how: 'as a parameter of its own', parameters: { 'portcullis.purpose': ' ticket\n4711 ' } },
])('said $how, policies read it', async ({ parameters }) => {
  const client = await stage.open({}, stage.gateway, parameters);
  const answer = await client.query('SELECT 1');
  expect(answer.find(({ type }) => type === 'N')?.fields.M).toBe('ticket 4711');
  // What is said later is for approvals alone.
  await client.query("SET portcullis.purpose = 'another'");
  const later = await client.query('SELECT 1');
  expect(later.find(({ type }) => type === 'N')?.fields.M).toBe('ticket 4711');
});

test.for([
  { how: 'nothing', parameters: {} },
  { how: 'only blanks', parameters: { 'portcullis.purpose': ' \t ' } },
])('where $how is said, it is absent', async ({ parameters }) => {
  const client = await stage.open({}, stage.gateway, parameters as Readonly<Record<string, string>>);
  const answer = await client.query('SELECT 1');
  expect(answer.find(({ type }) => type === 'E')?.fields.M).toContain('Say what it is for');
});

test('it may decide who is let in', async () => {
  const curious = stage.open({}, stage.gateway, { 'portcullis.purpose': 'curiosity' });
  await expect(curious).rejects.toThrow('test.curious');
});
