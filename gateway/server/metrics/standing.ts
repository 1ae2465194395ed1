// How the gateway stands at this moment: what decides, how old what it knows is.
import type { StateHealth } from '../../admin/index.ts';
import { type Family, gauge, type Sample } from '../../lib/index.ts';
import type { PolicyStatus } from '../../policy/index.ts';

export type Standing = Readonly<{
  version: string;
  ready: boolean;
  sessions: number;
  /** `open`: nothing decides. */
  policy: 'open' | PolicyStatus;
  resources: readonly ResourceStanding[];
  state: StateHealth;
  /** Statements that wait for approval. */
  held: number;
  /** Milliseconds since 1970. */
  now: number;
}>;

export type ResourceStanding = Readonly<{
  name: string;
  /** Milliseconds since the catalog was known to be the server's; undefined where none is read, or was yet. */
  catalogAge: number | undefined;
  /** Columns that look sensitive and have no label; undefined until somebody has looked. */
  unlabelled: number | undefined;
}>;

export function standingFamilies(standing: Standing): readonly Family[] {
  const { version, ready, sessions, resources, state, held } = standing;
  return [
    gauge('portcullis_info', 'The version that runs.', [{ labels: { version }, value: 1 }]),
    gauge('portcullis_ready', 'Whether it takes clients in, and statements are decided.', ready ? 1 : 0),
    gauge('portcullis_sessions', 'Open sessions, logins under way included.', sessions),
    ...policyFamilies(standing),
    gauge('portcullis_held_statements', 'Statements that wait for approval.', held),
    gauge(
      'portcullis_state_available',
      'Whether the database of approvals, grants and revocations is reached; none where nothing has needed one.',
      state.kind === 'none yet' ? [] : [{ labels: { kind: state.kind }, value: state.available ? 1 : 0 }],
    ),
    gauge(
      'portcullis_catalog_age_seconds',
      "Time since the catalog was known to be the server's. Above 60, statements are denied.",
      resources.flatMap(({ name, catalogAge }) => ofResource(name, catalogAge && catalogAge / 1000)),
    ),
    gauge(
      'portcullis_unlabelled_columns',
      'Columns that look sensitive and have no label; portcullis classify lists them.',
      resources.flatMap(({ name, unlabelled }) => ofResource(name, unlabelled)),
    ),
  ];
}

const ofResource = (resource: string, value: number | undefined): Sample[] =>
  value === undefined ? [] : [{ labels: { resource }, value }];

function policyFamilies({ policy, now }: Standing): readonly Family[] {
  if (policy === 'open') return [];
  const all = policy.tracks.flatMap(({ track, bundles }) => bundles.map((bundle) => ({ track, ...bundle })));
  return [
    gauge(
      'portcullis_bundle_info',
      'The revision of each bundle that is active.',
      all.map(({ track, name, activeRevision = '' }) => ({
        labels: { track, bundle: name, revision: activeRevision },
        value: 1,
      })),
    ),
    gauge(
      'portcullis_bundle_fetch_age_seconds',
      "Time since the bundle's source last answered; none where it never has since the start.",
      all.flatMap(({ track, name, lastSuccessfulRequest: at }) =>
        at === undefined ? [] : [{ labels: { track, bundle: name }, value: (now - at) / 1000 }],
      ),
    ),
    gauge(
      'portcullis_bundle_problem',
      'Whether something is wrong with the bundle; /health says what.',
      all.map(({ track, name, message }) => ({
        labels: { track, bundle: name },
        value: message === undefined ? 0 : 1,
      })),
    ),
    gauge(
      'portcullis_policy_warnings',
      'What stops nobody, and somebody should look at.',
      policy.warnings.length,
    ),
  ];
}
