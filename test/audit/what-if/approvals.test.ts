// Statements that ran, or didn't, by what people had agreed to are decided anew with just that.
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { type Files, PolicyStage } from '../../server/policy-stage.ts';
import { frontend as f, type RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { problemsOf, recordedIn } from '../events/support.ts';

const terms = JSON.stringify({
  ...{ approvers: ['group:dba'], count: 1, expires_in: 600, scope: 'statement', uses: 1 },
});

/** Inserts run by what the policy is told of an approval, deletes by the approval alone. */
const ruled = (purpose: string): Files => ({
  'gateway/statement.rego': `package gateway.statement

default decision := {"effect": "allow", "rule": "test.reads"}

kinds := {input.statement.kind}

decision := {"effect": "require_approval", "rule": "test.deletes", "approval": ${terms}} if "delete" in kinds
else := {"effect": "allow", "rule": "test.approved"} if {
	"insert" in kinds
	"dora" in input.approval.approved_by
	input.approval.requester.principal == input.identity.principal
	input.approval.requester.claims.team == "blue"
	input.session.purpose == "${purpose}"
}
else := {"effect": "deny", "rule": "test.other_purpose", "reason": "Not for that."} if {
	"insert" in kinds
	input.approval
}
else := {"effect": "require_approval", "rule": "test.inserts", "approval": ${terms}} if "insert" in kinds`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "allow", "rule": "test.everybody"}`,
});

let stage: PolicyStage;
beforeAll(async () => {
  stage = await PolicyStage.start('CREATE TABLE orders (id int PRIMARY KEY)', ruled('ticket 7'));
}, 120_000);
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const dataDir = () => join(stage.gateway.folder, '.portcullis');

async function whenApproved(client: RawClient, text: string): Promise<string | undefined> {
  client.send(f.query(text));
  await client.until('N');
  const { document } = await stage.ask({ sub: 'dora', groups: ['dba'] }, 'GET', 'approvals?status=pending');
  const id = document.approvals.find(({ status }) => status === 'pending')?.id;
  await stage.ask({ sub: 'dora', groups: ['dba'] }, 'POST', `approvals/${id}/approve`);
  const answer = await client.until('Z');
  return answer.find(({ type }) => type === 'E')?.fields?.C;
}

async function tried(): Promise<Record<string, unknown>> {
  const bundle = join(stage.folder, 'bundle.tar.gz');
  const line = ['policy', 'diff', '--from-audit', '--audit', join(dataDir(), 'audit'), bundle, '--json'];
  const { stdout, stderr } = await runCli(line);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('the same policy decides the same, and another one by what it reads of the approval', async () => {
  const client = await stage.open({ team: 'blue' });
  await client.query("SET portcullis.purpose = 'ticket 7'");
  expect(await whenApproved(client, 'INSERT INTO orders VALUES (1), (2)')).toBeUndefined();
  expect(await whenApproved(client, 'DELETE FROM orders WHERE id = 1')).toBeUndefined();
  await client.query("SET portcullis.purpose = 'ticket 8 of ada.canary@leak.example'");
  expect(await whenApproved(client, 'INSERT INTO orders VALUES (3)')).toBe('42501');
  // What somebody says that a session is for is recorded with it.
  const other = await stage.open({ team: 'blue' }, undefined, { 'portcullis.purpose': 'ticket 9' });
  await other.query('SELECT id FROM orders');
  stage.hangUp();
  const events = await waitUntil('the last outcome', async () => {
    const all = await recordedIn(dataDir());
    return all.filter(({ type }) => type === 'session.ended').length === 2 ? all : undefined;
  });
  expect(await problemsOf(events)).toEqual([]);
  const withApproval = events.filter(({ subjects }) => subjects?.approval !== undefined);
  expect(withApproval.map(({ type, approval }) => [type, approval === undefined])).toEqual([
    ['statement.intent', false],
    ['statement.intent', false],
    ['statement.refused', true],
  ]);
  expect(withApproval[0]?.subjects?.approval).toMatchObject({
    input: {
      approval: {
        ...{ approved_by: ['dora'], reason: 'ticket 7', rule: 'test.inserts' },
        requester: { principal: 'ada', claims: { team: 'blue' } },
      },
    },
  });
  expect(JSON.stringify(events)).not.toContain('ada.canary');

  const cut = 'the recorded input is not whole: texts are cut: approval.reason, session.purpose';
  const same = await tried();
  expect(same).toMatchObject({
    changes: [],
    // The email address that stood in it, and in the SET, is nowhere.
    unjudged: [
      { because: expect.stringContaining('texts in it looked like'), count: 1 },
      { because: cut, count: 1, principals: { ada: 1 } },
    ],
  });
  await stage.publish(ruled('another ticket'));
  expect(await tried()).toMatchObject({
    judged: same.judged,
    unjudged: same.unjudged,
    changes: [
      {
        ...{ becomes: 'newly-denied', count: 1, principals: { ada: 1 } },
        ...{ from: { effect: 'allow', rule: 'test.approved' }, to: { rule: 'test.other_purpose' } },
      },
    ],
  });
});
