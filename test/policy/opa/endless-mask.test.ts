// A mask rule without end: events go without input and result, and the process goes on.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { openBundle, Policy, PolicyTracks } from '../../../gateway/policy/index.ts';
import { type DecisionService, startDecisionService } from '../../support/decision-service.ts';
import { waitUntil } from '../../support/wait.ts';
import { ask } from '../engine/asks.ts';
import { policyConfig } from '../tracks/stage.ts';
import { unsignedJointBundle } from './joint-bundle.ts';
import { shopPolicy } from './shop-policy.ts';

let service: DecisionService;
let tracks: PolicyTracks;

const endless = `package system.log

mask contains "/input/identity" if {
	some a in numbers.range(1, 100000)
	some b in numbers.range(1, 100000)
	a + b < 0
}
`;

beforeAll(async () => {
  service = await startDecisionService();
  const files = { 'system/endless.rego': endless };
  const bytes = await unsignedJointBundle(shopPolicy('r1', { files }));
  const limits = { bytes: 10_000_000, unpackedBytes: 10_000_000 };
  const bundle = await openBundle(bytes, { name: 'main', signing: 'unsigned', limits });
  tracks = await PolicyTracks.start(
    policyConfig({
      decision_log: {
        url: service.url,
        labels: {},
        min_seconds: 0.05,
        max_seconds: 0.1,
        buffer_bytes: 1_000_000,
      },
    }),
    {
      dataDir: '/nowhere',
      log: silentLog,
      clock: systemClock,
      version: '0.1.0',
      supply: async ({ stage }) => {
        await stage([bundle]);
        return { status: () => [], close: async () => {} };
      },
      stage: Policy.stage,
    },
  );
});
afterAll(async () => {
  await tracks?.close();
  await service?.stop();
});

it('costs its events their content, and decides nothing', async () => {
  const asked = ask({ identity: { ...ask().identity, principal: 'ada' } });
  const decider = tracks.decider(asked.identity);
  if (decider === undefined) throw new Error('nobody decides');
  for (let at = 0; at < 100; at += 1) {
    const decided = decider.policy.statement(asked);
    expect(decided.decision).toMatchObject({ effect: 'allow', rule: 'shop.reader' });
    const call = { phase: 'statement', decider, ask: asked, decided, decisionId: randomUUID() } as const;
    tracks.decided({ ...call, at: asked.now });
  }
  await waitUntil('all events', () => service.events().length === 100);
  for (const event of service.events()) {
    expect(event.erased).toEqual(['/input', '/result']);
    expect(event).not.toHaveProperty('input');
  }
  expect(tracks.status().decisionLog).toMatchObject({ withheld: 100, lost: 0 });
});
