// What OPA and the gateway upload of the same decisions: the same fields of the same types, masked and dropped alike.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ask } from '../../../gateway/policy/index.ts';
import type { StatementFacts } from '../../../gateway/sql/index.ts';
import { waitUntil } from '../../support/wait.ts';
import { ask, facts, identity } from '../engine/asks.ts';
import { type Beside, startBeside } from './beside.ts';
import { jointBundle } from './joint-bundle.ts';
import { shopPolicy } from './shop-policy.ts';

type Document = Record<string, unknown>;

let beside: Beside;

beforeAll(async () => {
  beside = await startBeside();
  beside.publish(await jointBundle(shopPolicy('r1'), beside.key));
  await beside.bothActive('r1');
});
afterAll(() => beside?.stop());

const as = (principal: string): Ask['identity'] => ({ ...identity, principal });
const set = (name: string, values: string[]): StatementFacts['session'][number] => ({
  effect: 'set',
  name,
  local: false,
  values,
});

const asks: { name: string; ask: Ask }[] = [
  { name: 'an allowance', ask: ask({ identity: as('ada') }) },
  { name: 'a denial', ask: ask({ identity: as('eve') }) },
  {
    name: 'settings whose values are masked',
    ask: ask({
      identity: as('ada'),
      facts: { ...facts, session: [set('a', ['secret']), set('b', ['secret', 'too'])] },
    }),
  },
];

/** The gateway's event of a question, and OPA's of the same input. */
async function events(asked: Ask): Promise<{ ours: Document; theirs: Document }> {
  const decider = beside.tracks.decider(asked.identity);
  if (decider === undefined) throw new Error('nobody decides');
  const decided = decider.policy.statement(asked);
  const decisionId = randomUUID();
  beside.tracks.decided({
    phase: 'statement',
    decider,
    ask: asked,
    decided,
    decisionId,
    at: asked.now,
    took: 1,
  });
  const byOpa = await beside.opa.decide('gateway/statement/decision', decided.input());
  expect(byOpa.result).toEqual(decided.decision);
  const of = (uploaded: Document[], id: string) => uploaded.find((event) => event.decision_id === id);
  return {
    ours: await waitUntil('our event', () => of(beside.fromGateway.events(), decisionId)),
    theirs: await waitUntil('the event of OPA', () => of(beside.fromOpa.events(), byOpa.decision_id)),
  };
}

const typesOf = (document: Document): Document =>
  Object.fromEntries(
    Object.entries(document).map(([key, value]) => [key, Array.isArray(value) ? 'list' : typeof value]),
  );

describe('the events', () => {
  it.each(asks)('of $name have the same content', async ({ ask: asked }) => {
    const { ours, theirs } = await events(asked);
    for (const key of ['path', 'bundles', 'input', 'result', 'masked'])
      expect(ours[key], key).toEqual(theirs[key]);
    expect([...(ours.erased as string[])].sort()).toEqual([...(theirs.erased as string[])].sort());
    expect(JSON.stringify(ours)).not.toContain('secret');
    expect(JSON.stringify(ours)).not.toContain('finance');
  });

  it('have the same fields of the same types', async () => {
    const { ours, theirs } = await events(ask({ identity: as('ada') }));
    // Over a socket of its own OPA knows no address.
    const { requested_by: requestedBy, ...fields } = ours;
    expect(requestedBy).toBe('127.0.0.1');
    expect(typesOf(fields)).toEqual(typesOf(theirs));
    const labels = theirs.labels as Document;
    expect(typesOf(ours.labels as Document)).toEqual(typesOf(labels));
    const metrics = theirs.metrics as Document;
    for (const [name, type] of Object.entries(typesOf(ours.metrics as Document)))
      expect(typeof metrics[name], name).toBe(type);
    for (const event of [ours, theirs])
      expect(new Date(event.timestamp as string).toISOString().slice(0, 20)).toBe(
        (event.timestamp as string).slice(0, 20),
      );
  });

  it('that are dropped reach neither', async () => {
    const asked = ask({ identity: as('health-check') });
    const decider = beside.tracks.decider(asked.identity);
    if (decider === undefined) throw new Error('nobody decides');
    const decided = decider.policy.statement(asked);
    const [dropped, decisionId] = [beside.tracks.status().decisionLog?.dropped, randomUUID()];
    beside.tracks.decided({ phase: 'statement', decider, ask: asked, decided, decisionId, at: asked.now });
    const byOpa = await beside.opa.decide('gateway/statement/decision', decided.input());
    // What comes after it has arrived.
    await events(ask({ identity: as('ada') }));
    const arrived = [...beside.fromGateway.events(), ...beside.fromOpa.events()];
    const ids = arrived.map((event) => event.decision_id);
    expect(ids).not.toContain(decisionId);
    expect(ids).not.toContain(byOpa.decision_id);
    expect(beside.tracks.status().decisionLog?.dropped).toBe((dropped ?? 0) + 1);
  });
});

describe('the uploads and reports', () => {
  it('have the same headers and places', async () => {
    await events(ask({ identity: as('ada') }));
    const [ours, theirs] = [beside.fromGateway, beside.fromOpa].map(({ requests }) =>
      requests.find(({ path }) => path === '/logs'),
    );
    for (const header of ['content-type', 'content-encoding'])
      expect(ours?.headers[header], header).toBe(theirs?.headers[header]);
  });

  it('tell of the bundle in the same fields of the same types', async () => {
    const reportOf = (reports: Document[]): Document | undefined =>
      reports.findLast((report) => JSON.stringify(report.bundles)?.includes('"active_revision":"r1"'));
    const [ours, theirs] = [
      await waitUntil('our report', () => reportOf(beside.fromGateway.reports())),
      await waitUntil('the report of OPA', () => reportOf(beside.fromOpa.reports())),
    ];
    const bundleOf = (report: Document) => (report.bundles as Record<string, Document>).main as Document;
    expect(typesOf(bundleOf(ours))).toEqual(typesOf(bundleOf(theirs)));
    expect(typesOf(ours.labels as Document)).toEqual(typesOf(theirs.labels as Document));
    const plugins = theirs.plugins as Document;
    for (const [name, state] of Object.entries(ours.plugins as Document)) {
      expect(plugins[name], name).toEqual(state);
    }
    for (const key of Object.keys(ours)) expect(typeof theirs[key], key).toBe(typeof ours[key]);
  });
});
