// Policies that answer what a test says, and supplies that it moves by hand.

import type { BundleConfig, PolicyConfig } from '../../../gateway/config/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import type { Ask, ConnectAsk } from '../../../gateway/policy/engine/input/ask.ts';
import type { SupplyOptions, VerifiedBundle } from '../../../gateway/policy/index.ts';
import type { DecidingPolicy } from '../../../gateway/policy/tracks/track.ts';
import { PolicyTracks, type PolicyTracksDeps } from '../../../gateway/policy/tracks.ts';
import type { Input, StatementFacts } from '../../../gateway/sql/index.ts';

export const bundle = (name: string, url = `https://bundles.example.com/${name}`): BundleConfig => ({
  name,
  url,
  unsigned: true,
  poll: { min_seconds: 60, max_seconds: 120, long_poll_seconds: 0 },
  max_bytes: 1_000_000,
  max_unpacked_bytes: 1_000_000,
});

export const policyConfig = (changes: Partial<PolicyConfig> = {}): PolicyConfig => ({
  bundles: [bundle('main')],
  evaluation: { steps: 1_000_000, memory_bytes: 268_435_456 },
  open: false,
  ...changes,
});

export const identity = (principal: string, groups: string[] = []): Input['identity'] => ({
  principal,
  kind: 'human',
  issuer: 'https://login.example.com',
  subject: principal,
  groups,
  scopes: [],
  claims: {},
  auth: { method: 'oidc' },
});

/** A policy that decides alike on everything; `effects` may say otherwise for a principal. */
export function policy(
  revision: string,
  effect = 'allow',
  rules: Partial<DecidingPolicy['exportRules']> = {},
): DecidingPolicy {
  const rule = `${revision}.rule`;
  // A union of two objects, where TypeScript sees one object with a union in it.
  const decision = { effect, rule } as Readonly<
    { effect: 'allow'; rule: string } | { effect: 'deny'; rule: string }
  >;
  const decide = ({ identity }: ConnectAsk) => ({
    decision,
    revision,
    cached: false,
    input: () => ({ identity }) as Input,
  });
  return {
    revision,
    statement: decide,
    connect: decide,
    approve: decide,
    access: decide as DecidingPolicy['access'],
    exportRules: { drop: () => undefined, mask: () => undefined, ...rules },
  };
}

/** A supply that was started, and is told by a test what arrives. */
export type Started = Readonly<{
  options: SupplyOptions;
  urls: readonly string[];
  closed: () => boolean;
  /** A set of bundles with these revisions arrives: one for each bundle of the configuration, in order. */
  arrive: (revisions: readonly string[], data?: readonly Record<string, unknown>[]) => Promise<void>;
}>;

export type Stage = Readonly<{
  tracks: PolicyTracks;
  supplies: readonly Started[];
  /** The supply of a track that is followed now. */
  supply: (track: string) => Started;
}>;

/** Tracks whose supplies are moved by hand; a policy's revision is that of its bundles, joined. */
export async function stageTracks(
  config: PolicyConfig,
  deps: Partial<PolicyTracksDeps> = {},
): Promise<Stage> {
  const supplies: Started[] = [];
  const tracks = await PolicyTracks.start(config, {
    dataDir: '/nowhere',
    log: silentLog,
    clock: { now: () => 1_700_000_000_000 },
    version: '0.1.0',
    supply: async (options) => {
      let closed = false;
      supplies.push({
        options,
        urls: options.bundles.map(({ url }) => url),
        closed: () => closed,
        arrive: (revisions, data = []) =>
          options.stage(options.bundles.map(({ name }, at) => verified(name, revisions[at] ?? '', data[at]))),
      });
      return {
        status: () => options.bundles.map(({ name }) => ({ name, metrics: {} })),
        close: async () => {
          closed = true;
        },
      };
    },
    stage: async (bundles) => policy(bundles.map(({ revision }) => revision).join('+')),
    ...deps,
  });
  const supply = (track: string): Started => {
    const found = supplies.findLast(
      ({ options, closed }) => options.folder.endsWith(`/${track}`) && !closed(),
    );
    if (found === undefined) throw new Error(`no supply for ${track}`);
    return found;
  };
  return { tracks, supplies, supply };
}

const verified = (name: string, revision: string, data: Record<string, unknown> = {}): VerifiedBundle => ({
  name,
  revision,
  digest: '0'.repeat(64),
  roots: [name],
  wasm: undefined,
  entrypoints: [],
  data,
  metadata: {},
  signedBy: undefined,
  bytes: 1,
});

export const session = (id: string): Input['session'] => ({
  id,
  client_addr: '192.0.2.7',
  tls: true,
  application_name: 'psql',
  transaction: 'idle',
});

/** What a statement is asked with. Its facts are of no interest to these policies. */
export const ask = (principal: string): Ask => ({
  identity: identity(principal),
  session: session('s-1'),
  resource: { name: 'shop', database: 'shop', labels: {}, server_version: 150018 },
  facts: {} as StatementFacts,
  now: 1_700_000_000_000,
});
