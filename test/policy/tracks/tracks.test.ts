// Which policy decides for whom, while bundles come and configurations change.
import { describe, expect, it } from 'vitest';
import type { CanaryConfig, PolicyConfig } from '../../../gateway/config/index.ts';
import type { PolicyTracks } from '../../../gateway/policy/tracks.ts';
import { bundle, identity, policyConfig, type Stage, stageTracks } from './stage.ts';

const canary = (changes: Partial<CanaryConfig> = {}): CanaryConfig => ({
  bundles: [bundle('main', 'https://bundles.example.com/next')],
  percent: 0,
  groups: [],
  principals: [],
  ...changes,
});

async function staged(changes: Partial<PolicyConfig>): Promise<Stage> {
  const stage = await stageTracks(policyConfig(changes));
  await stage.supply('stable').arrive(['r1']);
  if (changes.canary) await stage.supply('canary').arrive(['c1']);
  return stage;
}

const decides = (tracks: PolicyTracks, principal: string, groups: string[] = []): string | undefined => {
  const decider = tracks.decider(identity(principal, groups));
  return decider && `${decider.track} ${decider.policy.revision}`;
};

describe('the stable track', () => {
  it('decides for nobody before a bundle is there', async () => {
    const { tracks } = await stageTracks(policyConfig());
    expect(decides(tracks, 'ann')).toBeUndefined();
    expect(tracks.status()).toMatchObject({ ready: false });
    expect(tracks.status().reason).toContain('main');
  });

  it('decides for everybody once one is, and with the next one as soon as that is', async () => {
    const { tracks, supply } = await staged({});
    expect(decides(tracks, 'ann')).toBe('stable r1');
    await supply('stable').arrive(['r2']);
    expect(decides(tracks, 'ann')).toBe('stable r2');
    expect(tracks.status()).toMatchObject({ ready: true, reason: undefined });
    expect(tracks.decider(identity('ann'))?.bundles).toEqual({ main: 'r2' });
  });

  it('goes on with the old one when a set of bundles is refused', async () => {
    const { tracks, supply } = await stageTracks(policyConfig(), {
      stage: async (bundles) => {
        if (bundles[0]?.revision === 'bad') throw new Error('refused');
        return (await import('./stage.ts')).policy(bundles[0]?.revision ?? '');
      },
    });
    await supply('stable').arrive(['r1']);
    await expect(supply('stable').arrive(['bad'])).rejects.toThrow('refused');
    expect(decides(tracks, 'ann')).toBe('stable r1');
  });

  it('tells listeners of each change, until they have heard enough', async () => {
    const { tracks, supply } = await staged({});
    let heard = 0;
    const end = tracks.onChange(() => {
      heard += 1;
    });
    await supply('stable').arrive(['r2']);
    expect(heard).toBe(1);
    end();
    await supply('stable').arrive(['r3']);
    expect(heard).toBe(1);
  });

  it('gives the catalog data of all its bundles, and none of the canary', async () => {
    const { tracks, supply } = await stageTracks(
      policyConfig({ bundles: [bundle('main'), bundle('labels')], canary: canary({ percent: 100 }) }),
    );
    expect(tracks.catalogData()).toEqual({});
    const columns = JSON.parse('{"public.a.b": ["pii"], "__proto__": ["odd"]}') as Record<string, unknown>;
    const functions = { 'public.f()': { reads: [] } };
    await supply('stable').arrive(
      ['r1', 'l1'],
      [{ catalog: { columns } }, { catalog: { functions }, other: 1 }],
    );
    await supply('canary').arrive(['r2', 'l2'], [{ catalog: { columns: { 'public.c.d': ['pii'] } } }]);
    expect(decides(tracks, 'ann')).toBe('stable r1+l1');
    expect(JSON.stringify(tracks.catalogData())).toBe(JSON.stringify({ columns, functions }));
  });

  it('says that it has none when its bundles cannot be followed at all', async () => {
    const { tracks } = await stageTracks(policyConfig(), {
      supply: () => Promise.reject(new Error('the folder cannot be written')),
    });
    expect(decides(tracks, 'ann')).toBeUndefined();
    expect(tracks.status().reason).toContain('the folder cannot be written');
  });
});

describe('the canary', () => {
  const rows: {
    name: string;
    canary: CanaryConfig;
    inIt: [string, string[]][];
    notInIt: [string, string[]][];
  }[] = [
    {
      name: 'named principals',
      canary: canary({ principals: ['ann'] }),
      inIt: [['ann', []]],
      notInIt: [
        ['bob', []],
        ['Ann', []],
      ],
    },
    {
      name: 'members of groups',
      canary: canary({ groups: ['ops', 'dev'] }),
      inIt: [['bob', ['all', 'dev']]],
      notInIt: [
        ['ops', []],
        ['ann', ['all']],
      ],
    },
    { name: 'everybody', canary: canary({ percent: 100 }), inIt: [['ann', []]], notInIt: [] },
  ];
  it.each(rows)('decides for $name', async ({ canary, inIt, notInIt }) => {
    const { tracks } = await staged({ canary });
    for (const [principal, groups] of inIt) expect(decides(tracks, principal, groups)).toBe('canary c1');
    for (const [principal, groups] of notInIt) expect(decides(tracks, principal, groups)).toBe('stable r1');
  });

  const everybody = Array.from({ length: 2_000 }, (_, at) => `principal-${at}`);
  const shareOf = async (percent: number, name = 'main'): Promise<Set<string>> => {
    const { tracks, supply } = await stageTracks(
      policyConfig({ bundles: [bundle(name)], canary: canary({ percent, bundles: [bundle(name)] }) }),
    );
    await supply('stable').arrive(['r1']);
    await supply('canary').arrive(['c1']);
    return new Set(everybody.filter((principal) => decides(tracks, principal) === 'canary c1'));
  };

  it('takes a share of all principals that only grows with the percentage', async () => {
    let smaller = await shareOf(0);
    expect(smaller.size).toBe(0);
    for (const percent of [0.5, 5, 10, 50, 99, 100]) {
      const share = await shareOf(percent);
      for (const principal of smaller) expect(share.has(principal), principal).toBe(true);
      expect(Math.abs(share.size - percent * 20)).toBeLessThan(100);
      smaller = share;
    }
    expect(smaller.size).toBe(everybody.length);
  });

  it('takes the same principals at every start, and others for other bundles', async () => {
    const share = await shareOf(20);
    expect(await shareOf(20)).toEqual(share);
    const other = await shareOf(20, 'other');
    expect([...share].filter((principal) => other.has(principal)).length).toBeLessThan(share.size);
  });

  it('leaves its principals to the stable policy while it has none, and says so', async () => {
    const stage = await stageTracks(policyConfig({ canary: canary({ percent: 100 }) }));
    expect(decides(stage.tracks, 'ann')).toBeUndefined();
    await stage.supply('stable').arrive(['r1']);
    expect(decides(stage.tracks, 'ann')).toBe('stable r1');
    expect(stage.tracks.status().warnings).toEqual([
      'the stable policy decides for the principals of the canary: the canary has no policy',
      'the canary has no policy',
    ]);
    await stage.supply('canary').arrive(['c1']);
    expect(decides(stage.tracks, 'ann')).toBe('canary c1');
    expect(stage.tracks.status().warnings).toEqual([]);
  });

  it('does not decide before the stable policy, whose labels hold for everybody', async () => {
    const stage = await stageTracks(policyConfig({ canary: canary({ principals: ['ann'] }) }));
    await stage.supply('canary').arrive(['c1']);
    expect(decides(stage.tracks, 'ann')).toBeUndefined();
    expect(stage.tracks.status().ready).toBe(false);
    await stage.supply('stable').arrive(['r1']);
    expect(decides(stage.tracks, 'ann')).toBe('canary c1');
    expect(decides(stage.tracks, 'bob')).toBe('stable r1');
  });

  it('does not decide while its labels are others than those that hold', async () => {
    const labels = (...names: string[]) => [{ catalog: { columns: { 'public.customers.ssn': names } } }];
    const stage = await stageTracks(policyConfig({ canary: canary({ percent: 100 }) }));
    await stage.supply('stable').arrive(['r1'], labels('pii'));
    await stage.supply('canary').arrive(['c1'], labels('pii', 'pii.ssn'));
    expect(decides(stage.tracks, 'ann')).toBe('stable r1');
    expect(stage.tracks.status().warnings.join()).toContain('data.catalog');
    await stage.supply('stable').arrive(['r2'], labels('pii', 'pii.ssn'));
    expect(decides(stage.tracks, 'ann')).toBe('canary c1');
    expect(stage.tracks.status().warnings).toEqual([]);
    await stage.supply('canary').arrive(['c2']);
    expect(decides(stage.tracks, 'ann')).toBe('stable r2');
  });

  it('replaces the bundles of its names, and keeps the others of the set', async () => {
    const { supply } = await stageTracks(
      policyConfig({ bundles: [bundle('main'), bundle('labels')], canary: canary({ percent: 1 }) }),
    );
    expect(supply('canary').urls).toEqual([
      'https://bundles.example.com/next',
      'https://bundles.example.com/labels',
    ]);
  });
});

describe('a reload', () => {
  it('keeps what is followed when nothing of it changed', async () => {
    const { tracks, supplies } = await staged({ canary: canary({ percent: 10 }) });
    await tracks.reload(policyConfig({ canary: canary({ percent: 100 }) }));
    expect(supplies.length).toBe(2);
    expect(decides(tracks, 'ann')).toBe('canary c1');
  });

  it('lets the old policy decide until the new bundles are staged', async () => {
    const { tracks, supplies, supply } = await staged({});
    await tracks.reload(policyConfig({ bundles: [bundle('main', 'https://elsewhere.example.com/main')] }));
    expect(supplies[0]?.closed()).toBe(true);
    expect(decides(tracks, 'ann')).toBe('stable r1');
    await supply('stable').arrive(['r9']);
    expect(decides(tracks, 'ann')).toBe('stable r9');
  });

  it('hears nothing more of bundles that it does not follow', async () => {
    const { tracks, supplies, supply } = await staged({});
    await tracks.reload(policyConfig({ bundles: [bundle('main', 'https://elsewhere.example.com/main')] }));
    await supply('stable').arrive(['r2']);
    await expect(supplies[0]?.arrive(['late'])).rejects.toThrow();
    expect(decides(tracks, 'ann')).toBe('stable r2');
  });

  it('ends a canary, and begins one', async () => {
    const { tracks, supplies, supply } = await staged({ canary: canary({ percent: 100 }) });
    await tracks.reload(policyConfig());
    expect(decides(tracks, 'ann')).toBe('stable r1');
    expect(supplies.map(({ closed }) => closed())).toEqual([false, true]);
    await tracks.reload(policyConfig({ canary: canary({ percent: 100 }) }));
    expect(decides(tracks, 'ann')).toBe('stable r1');
    await supply('canary').arrive(['c2']);
    expect(decides(tracks, 'ann')).toBe('canary c2');
  });

  it('takes the policy away when no bundle is named any more', async () => {
    const { tracks } = await staged({});
    await tracks.reload(policyConfig({ bundles: [] }));
    expect(decides(tracks, 'ann')).toBeUndefined();
  });

  it('closes every supply at the end', async () => {
    const { tracks, supplies } = await staged({ canary: canary(), shadow: { bundles: [bundle('main')] } });
    await tracks.close();
    expect(supplies.map(({ closed }) => closed())).toEqual([true, true, true]);
  });
});
