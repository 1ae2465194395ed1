// A refusal is found by its decision in whichever chain it is, without reading more than is allowed.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRefusal, type Journal, openJournal, told } from '../../../gateway/audit/index.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { auditConfig } from '../journal/settings.ts';
import { tell } from '../story.ts';

let folder: string;
const first = randomUUID();
const middle = randomUUID();
const last = randomUUID();
const inText = randomUUID();
const allowed = randomUUID();
const long = 'é'.repeat(1_500_000);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-find-refusal-'));
  const refuse = (journal: Journal, decision: string, who = 'human:ada', text = 'SELECT 1') =>
    tell(journal, { who, session: 's', text, effect: 'deny', rule: `rule of ${who}`, decision });
  for (const [chain, decision] of [
    ['gateway-0', first],
    ['gateway-1', last],
  ] as const) {
    const journal = await openJournal({
      ...{ folder: join(folder, chain), chain, log: silentLog, clock: systemClock },
      config: auditConfig({ journal: { segment_bytes: 8 << 20 } }),
    });
    refuse(journal, decision);
    tell(journal, { who: 'human:ada', session: 's', text: 'SELECT 2', decision: allowed });
    tell(journal, { who: 'human:ada', session: 's', text: `"decision_id":"${inText}"` });
    // Far more than is read at once, in one line and in many.
    if (chain === 'gateway-0') {
      refuse(journal, middle, 'agent:bot', `${long} SELECT`);
      for (let at = 0; at < 8_000; at += 1)
        tell(journal, { who: 'human:ada', session: `s${at}`, text: `SELECT ${at}` });
    }
    await journal.close();
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const find = (decisionId: string, more: object = {}) =>
  findRefusal({ folder, decisionId, bytes: 1 << 30, milliseconds: 10_000, ...more });

test.each([
  { name: 'the first of a long chain', id: first, who: 'human:ada' },
  { name: 'one with a long line', id: middle, who: 'agent:bot' },
  { name: 'one of another chain', id: last, who: 'human:ada' },
])('$name is found, with what it shares with others', async ({ id, who }) => {
  const entry = await find(id);
  expect(entry?.event.decision_id).toBe(id);
  if (entry === undefined) return;
  expect(told(entry, 'principal')).toBe(who);
  expect(told(entry, 'decision')).toMatchObject({ effect: 'deny', rule: `rule of ${who}` });
});

test.each([
  { name: 'what nobody decided', id: randomUUID(), more: {} },
  { name: 'what only stands in a text', id: inText, more: {} },
  { name: 'what was allowed', id: allowed, more: {} },
  { name: 'what is further back than may be read', id: first, more: { bytes: 2 << 20 } },
  { name: 'anything once the time is over', id: last, more: { milliseconds: 0 } },
  { name: 'anything where there is no journal', id: last, more: { folder: '/nowhere/at/all' } },
])('$name is not', async ({ id, more }) => {
  expect(await find(id, more)).toBeUndefined();
});
