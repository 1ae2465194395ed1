// The shadow: asked beside what decides, logged, and without effect.
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { DecidedCall } from '../../../gateway/policy/tracks/shadow.ts';
import { type DecisionService, startDecisionService } from '../../support/decision-service.ts';
import { waitUntil } from '../../support/wait.ts';
import { ask, bundle, policy, policyConfig, type Stage, stageTracks } from './stage.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

type Watched = Stage & Readonly<{ lines: Record<string, unknown>[]; service: DecisionService }>;

/** A stable policy that allows and a shadow with this effect, which can be made to wait or to fail. */
async function watched(
  shadowEffect: 'allow' | 'deny',
  rules: Parameters<typeof policy>[2] = {},
): Promise<Watched> {
  const service = await startDecisionService();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const stage = await stageTracks(
    policyConfig({
      shadow: { bundles: [bundle('main', 'https://bundles.example.com/next')] },
      decision_log: {
        url: service.url,
        labels: {},
        min_seconds: 0.02,
        max_seconds: 0.05,
        buffer_bytes: 16_777_216,
      },
    }),
    {
      log,
      stage: async ([first]) =>
        first?.revision === 's1' ? policy('s1', shadowEffect, rules) : policy('r1', 'allow', rules),
    },
  );
  ended.push(service.stop, () => stage.tracks.close());
  await stage.supply('stable').arrive(['r1']);
  return { ...stage, lines, service };
}

function decide({ tracks }: Stage, decisionId: string): DecidedCall {
  const asked = ask('ann');
  const decider = tracks.decider(asked.identity);
  if (decider === undefined) throw new Error('nobody decides');
  const decided = decider.policy.statement(asked);
  return { phase: 'statement', decider, ask: asked, decided, decisionId, at: asked.now, took: 1_000 };
}

const differences = ({ lines }: Watched) => lines.filter(({ msg }) => msg === 'shadow decision differs');

describe('the shadow', () => {
  it('is logged and uploaded beside the decision when it differs, and decides nothing', async () => {
    const stage = await watched('deny');
    await stage.supply('shadow').arrive(['s1']);
    const call = decide(stage, 'd-1');
    stage.tracks.decided(call);
    expect(call.decided.decision.effect).toBe('allow');
    await waitUntil('both events', () => stage.service.events().length === 2);
    const [real, shadow] = stage.service.events();
    expect(real).toMatchObject({
      decision_id: 'd-1',
      bundles: { main: { revision: 'r1' } },
      result: { effect: 'allow', rule: 'r1.rule' },
      requested_by: '192.0.2.7',
    });
    expect(real?.labels).not.toHaveProperty('track');
    expect(shadow).toMatchObject({
      labels: { track: 'shadow', shadow_of: 'd-1' },
      bundles: { main: { revision: 's1' } },
      result: { effect: 'deny', rule: 's1.rule' },
      input: { identity: { principal: 'ann' } },
    });
    expect(shadow?.decision_id).not.toBe('d-1');
    expect(differences(stage)).toEqual([
      expect.objectContaining({
        session_id: 's-1',
        decision_id: 'd-1',
        phase: 'statement',
        effect: 'allow',
        rule: 'r1.rule',
        shadow_effect: 'deny',
        shadow_rule: 's1.rule',
        shadow_revision: 's1',
      }),
    ]);
    expect(JSON.stringify(differences(stage))).not.toContain('ann');
  });

  it('says a difference once, and counts it each time', async () => {
    const stage = await watched('deny');
    await stage.supply('shadow').arrive(['s1']);
    for (let at = 0; at < 20; at += 1) stage.tracks.decided(decide(stage, `d-${at}`));
    await waitUntil('all comparisons', () => stage.tracks.status().shadow?.compared === 20);
    expect(stage.tracks.status().shadow).toEqual({ compared: 20, differed: 20, skipped: 0 });
    expect(differences(stage).length).toBe(1);
  });

  it('is asked after the decision was handed on, and not before', async () => {
    const stage = await watched('deny');
    await stage.supply('shadow').arrive(['s1']);
    stage.tracks.decided(decide(stage, 'd-1'));
    expect(stage.tracks.status().shadow).toEqual({ compared: 0, differed: 0, skipped: 0 });
    await waitUntil('the comparison', () => stage.tracks.status().shadow?.compared === 1);
  });

  it('skips what is too much for it', async () => {
    const stage = await watched('allow');
    await stage.supply('shadow').arrive(['s1']);
    for (let at = 0; at < 1_500; at += 1) stage.tracks.decided(decide(stage, `d-${at}`));
    await waitUntil('all comparisons', () => stage.tracks.status().shadow?.compared === 1_000);
    expect(stage.tracks.status().shadow?.skipped).toBe(500);
  });

  it('is not asked before it has a policy, nor after a reload without it', async () => {
    const stage = await watched('deny');
    stage.tracks.decided(decide(stage, 'd-1'));
    expect(stage.tracks.status().warnings).toEqual(['the shadow has no policy']);
    await stage.supply('shadow').arrive(['s1']);
    await stage.tracks.reload(policyConfig());
    stage.tracks.decided(decide(stage, 'd-2'));
    expect(stage.tracks.status().shadow).toBeUndefined();
    expect(differences(stage)).toEqual([]);
  });

  it('has its own rules on what may be exported', async () => {
    const stage = await watched('deny', { mask: ({ labels }) => (labels.track ? ['/input'] : []) });
    await stage.supply('shadow').arrive(['s1']);
    stage.tracks.decided(decide(stage, 'd-1'));
    await waitUntil('both events', () => stage.service.events().length === 2);
    const [real, shadow] = stage.service.events();
    expect(real).toHaveProperty('input');
    expect(shadow).not.toHaveProperty('input');
    expect(shadow?.erased).toEqual(['/input']);
  });
});
