// A hold keeps what became of the requests of whatever it names: who asked, who answered, and in which words.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  applyToPostgres,
  type Draft,
  Expiry,
  type HoldScope,
  openJournal,
} from '../../../gateway/audit/index.ts';
import { type Entry, EntryReader } from '../../../gateway/audit/query/source/entry.ts';
import { applyRetention, type RetentionRequest } from '../../../gateway/audit/retention/retention-job.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { auditConfig } from '../journal/settings.ts';
import { fillPostgresWith } from '../postgres-sink.ts';
import { draftOf } from '../story.ts';

const day = 86_400_000;
const today = Date.parse('2026-06-01T12:00:00Z');
const rules: RetentionRequest['rules'] = [{ kind: 'all', days: 30 }];

type Asked = Readonly<{ id: string; who: string; decision: string }>;

const about = ({ id, who, decision }: Asked) => ({
  resource: 'shop',
  decision_id: decision,
  approval: { id, kind: 'statement', status: 'pending', requester: who, approvers: [] },
});
const requested = (asked: Asked, session: string): Draft => ({
  ...{ type: 'approval.requested', session, members: about(asked) },
});
const decided = (asked: Asked, words: string): Draft => ({
  type: 'approval.decided',
  members: { ...about(asked), principal: 'human:dora', answer: { approves: true, words } },
});
const withdrawn = ({ id }: Asked, words: string): Draft => ({
  ...{ type: 'approval.withdrawn', members: { approval: { id, words } } },
});

const one: Asked = { id: 'r-1', who: 'human:ada', decision: 'd-1' };
const two: Asked = { id: 'r-2', who: 'agent:bot', decision: 'd-2' };
const three: Asked = { id: 'r-3', who: 'agent:bot', decision: 'd-3' };
const held = (who: string, session: string, table: string, decision: string) =>
  draftOf({
    ...{ who, session, decision, text: `DELETE FROM ${table}`, effect: 'require_approval' },
    ...{ columns: [`public.${table}.id`], labels: [`of.${table}`] },
  });

/** The answers are in the chain of another process, and of the day after. */
const chains: Readonly<Record<string, Readonly<{ daysAgo: number; drafts: readonly Draft[] }>>> = {
  'gateway-0': {
    daysAgo: 99,
    drafts: [decided(one, 'words to ada'), decided(two, 'words to bot'), withdrawn(three, 'words of nobody')],
  },
  'gateway-1': {
    daysAgo: 100,
    drafts: [
      held('human:ada', 'a', 'orders', 'd-1'),
      requested(one, 'a'),
      held('agent:bot', 'b', 'items', 'd-2'),
      requested(two, 'b'),
      requested(three, 'b'),
      // By an approval that was given before.
      draftOf({ who: 'agent:bot', session: 'c', text: 'DELETE FROM later', columns: ['public.later.id'] }),
    ].map((draft) =>
      draft.session === 'c' ? { ...draft, members: { approval: { id: 'r-2' }, path: 'query' } } : draft,
    ),
  },
};

const words = ['words to ada', 'words to bot', 'words of nobody'];
const cases: readonly Readonly<{ hold: HoldScope; keeps: readonly string[] }>[] = [
  { hold: { principal: 'human:ada' }, keeps: ['words to ada'] },
  { hold: { principal: 'agent:bot' }, keeps: ['words to bot', 'words of nobody'] },
  { hold: { relation: 'public.orders' }, keeps: ['words to ada'] },
  { hold: { relation: 'public.later' }, keeps: ['words to bot'] },
  { hold: { label: 'of' }, keeps: ['words to ada', 'words to bot'] },
  { hold: { session: 'a' }, keeps: ['words to ada'] },
  { hold: { session: 'b' }, keeps: ['words to bot', 'words of nobody'] },
  { hold: { relation: 'public.orders', until: '2026-02-22T00:00:00.000Z' }, keeps: ['words to ada'] },
  { hold: { relation: 'public.others' }, keeps: [] },
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-held-approvals-'));
  for (const [chain, { daysAgo, drafts }] of Object.entries(chains)) {
    const clock = { ...systemClock, now: () => today - daysAgo * day };
    const config = auditConfig();
    const journal = await openJournal({
      ...{ folder: join(folder, chain), chain, config, log: silentLog, clock },
    });
    for (const draft of drafts) journal.append(draft);
    await journal.close();
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const filesOf = async (chain: string) =>
  (await readdir(join(folder, chain)))
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(folder, chain, name));
const textOf = async (chain: string) =>
  (await Promise.all((await filesOf(chain)).map((file) => readFile(file, 'utf8')))).join('');

test.each(cases)('in journals, of $hold', async ({ hold, keeps }) => {
  for (const chain of Object.keys(chains)) {
    const files = await filesOf(chain);
    await applyRetention({
      ...{ files, chains: folder, keepsSegments: true, rules, held: [hold], now: today, isDry: false },
    });
  }
  const text = await textOf('gateway-0');
  expect(words.filter((each) => text.includes(each))).toEqual(keeps);
  const requests = await textOf('gateway-1');
  expect(requests.match(/"type":"approval\.requested"[^\n]*"requester"/g)?.length ?? 0).toBe(keeps.length);
});

describe('in PostgreSQL', () => {
  let server: Postgres;
  let owner: pg.Client;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    const entries: Entry[] = [];
    for (const chain of Object.keys(chains)) {
      const reader = new EntryReader();
      for (const line of (await textOf(chain)).trimEnd().split('\n')) entries.push(...reader.read(line));
    }
    owner = new pg.Client({ connectionString: await fillPostgresWith(server, folder, entries) });
    await owner.connect();
  });
  afterEach(() => owner.end());

  test.each(cases)('of $hold', async ({ hold, keeps }) => {
    await applyToPostgres(owner, new Expiry(rules, today), [hold], false);
    const { rows } = await owner.query('SELECT event FROM portcullis_audit.events');
    const text = JSON.stringify(rows);
    expect(words.filter((each) => text.includes(each))).toEqual(keeps);
    const requests = rows.filter(
      ({ event }) => event.type === 'approval.requested' && event.approval !== undefined,
    );
    expect(requests).toHaveLength(keeps.length);
  });
});
