// Three tracks from real bundles in files: who decides, what is uploaded, and what a start without the files has.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { BundleSupply, Policy, PolicyTracks } from '../../../gateway/policy/index.ts';
import { type DecisionService, startDecisionService } from '../../support/decision-service.ts';
import { waitUntil } from '../../support/wait.ts';
import { ask as anyAsk } from '../engine/asks.ts';
import { unsignedJointBundle } from '../opa/joint-bundle.ts';
import { shopPolicy } from '../opa/shop-policy.ts';
import { bundle, policyConfig } from './stage.ts';

let folder: string;
let service: DecisionService;
let tracks: PolicyTracks;

const fileOf = (track: string): string => join(folder, `${track}.tar.gz`);
const named = (track: string) => bundle('main', pathToFileURL(fileOf(track)).href);

async function publish(track: string, revision: string, readers: string[]): Promise<void> {
  await writeFile(`${fileOf(track)}.new`, await unsignedJointBundle(shopPolicy(revision, { readers })));
  await rename(`${fileOf(track)}.new`, fileOf(track));
}

const start = (): Promise<PolicyTracks> =>
  PolicyTracks.start(
    policyConfig({
      bundles: [named('stable')],
      canary: { bundles: [named('canary')], percent: 0, groups: ['pilots'], principals: [] },
      shadow: { bundles: [named('shadow')] },
      decision_log: {
        url: service.url,
        labels: {},
        min_seconds: 0.05,
        max_seconds: 0.1,
        buffer_bytes: 1_000_000,
      },
    }),
    {
      dataDir: join(folder, 'data'),
      log: silentLog,
      clock: systemClock,
      version: '0.1.0',
      supply: BundleSupply.start,
      stage: Policy.stage,
    },
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'three-tracks-'));
  service = await startDecisionService();
  await publish('stable', 'r1', ['ada']);
  await publish('canary', 'c1', ['ada', 'bob']);
  await publish('shadow', 's1', []);
  tracks = await start();
});
afterAll(async () => {
  await tracks?.close();
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

const asked = (principal: string, groups: string[]) =>
  anyAsk({ identity: { ...anyAsk().identity, principal, groups } });

function decide(principal: string, groups: string[] = []): string {
  const ask = asked(principal, groups);
  const decider = tracks.decider(ask.identity);
  if (decider === undefined) return 'nobody';
  const decided = decider.policy.statement(ask);
  tracks.decided({ phase: 'statement', decider, ask, decided, decisionId: randomUUID(), at: ask.now });
  return `${decider.track} ${decided.revision} ${decided.decision.effect}`;
}

it('each track decides with its own bundle', () => {
  expect(decide('ada')).toBe('stable r1 allow');
  expect(decide('bob')).toBe('stable r1 deny');
  expect(decide('bob', ['pilots'])).toBe('canary c1 allow');
  expect(tracks.status()).toMatchObject({ ready: true, warnings: [] });
});

it('the shadow says beside each what it would have said', async () => {
  await waitUntil('all six events', () => service.events().length === 6);
  const said = service.events().map(({ labels, bundles, result }) => ({
    track: (labels as Record<string, string>).track ?? 'stable',
    revision: (bundles as Record<string, Record<string, string>>).main?.revision,
    effect: (result as Record<string, string>).effect,
  }));
  expect(said.filter(({ track }) => track === 'shadow')).toEqual([
    { track: 'shadow', revision: 's1', effect: 'deny' },
    { track: 'shadow', revision: 's1', effect: 'deny' },
    { track: 'shadow', revision: 's1', effect: 'deny' },
  ]);
  expect(said.filter(({ track }) => track === 'canary')).toEqual([
    { track: 'canary', revision: 'c1', effect: 'allow' },
  ]);
  // On one of the three both say no.
  expect(tracks.status().shadow).toEqual({ compared: 3, differed: 2, skipped: 0 });
});

it('a new bundle of one track changes that track alone, and is noticed', async () => {
  let changes = 0;
  tracks.onChange(() => {
    changes += 1;
  });
  await publish('stable', 'r2', ['bob']);
  await waitUntil('the new bundle', () => decide('ada') === 'stable r2 deny');
  expect(decide('bob', ['pilots'])).toBe('canary c1 allow');
  expect(changes).toBe(1);
});

it('a start without the files has what was active last, and says how old it is', async () => {
  await tracks.close();
  for (const track of ['stable', 'canary', 'shadow']) await rm(fileOf(track));
  tracks = await start();
  expect(decide('bob')).toBe('stable r2 allow');
  expect(decide('bob', ['pilots'])).toBe('canary c1 allow');
  expect(tracks.status().warnings.join()).toContain('comes from the disk');
});
