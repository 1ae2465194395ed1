// An ordinary question for each phase: a policy that fails at one of these isn't put to work, nor an instance of it.
import type { Input } from '../../../sql/index.ts';
import { entrypointOf, neededPhases, type Phase } from '../input/ask.ts';
import { timeInput } from '../input/time-input.ts';
import type { PolicyInstance } from '../instance/policy-instance.ts';

const statement: NonNullable<Input['statement']> = {
  kind: 'select',
  tag: 'SELECT',
  read_only: true,
  relations: [
    { schema: 'public', name: 'smoke', kind: 'table', access: ['select'], through: [], labels: [] },
  ],
  columns: [
    { schema: 'public', relation: 'smoke', name: 'id', labels: [], used: ['output'], used_inside: [] },
  ],
  functions: [],
  outputs: [{ position: 1, name: 'id', columns: ['public.smoke.id'], labels: [], direct: true }],
  writes: [],
  session_effects: [],
  objects: [],
  grants: [],
  inner: [],
  opaque: false,
  opaque_because: [],
  catalog_version: 'smoke',
};

const identity: Input['identity'] = {
  principal: 'smoke',
  kind: 'human',
  issuer: 'https://smoke.invalid',
  subject: 'smoke',
  groups: [],
  scopes: [],
  claims: {},
  auth: { method: 'oidc' },
};

function smokeInput(phase: Phase): Input {
  return {
    request: { time: timeInput(0), phase },
    identity,
    session: {
      id: 'smoke',
      client_addr: '127.0.0.1',
      tls: true,
      application_name: '',
      transaction: 'idle',
    },
    resource: { name: 'smoke', database: 'smoke', labels: {}, server_version: 180_000 },
    ...(phase === 'statement' || phase === 'approve' ? { statement } : {}),
    ...(phase === 'approve' ? { approval } : {}),
    ...(phase === 'access' ? { access } : {}),
  };
}

const approval: NonNullable<Input['approval']> = {
  id: 'smoke',
  requester: { ...identity, principal: 'smoke-requester' },
  created_at: 0,
  rule: 'smoke',
  terms: { approvers: ['group:smoke'], count: 1 },
  approved_by: [],
};

const access: NonNullable<Input['access']> = {
  rights: { select: { public: ['smoke'] } },
  seconds: 3600,
  reason: 'smoke',
};

/** Those that the policy decides in. */
export const phasesOf = ({ entrypoints }: PolicyInstance): readonly Phase[] =>
  [...neededPhases, 'access' as const].filter((phase) => Object.hasOwn(entrypoints, entrypointOf[phase]));

/** Undefined where the policy decides nothing. Throws what the instance throws. */
export function smokeResult(instance: PolicyInstance, phase: Phase): unknown {
  const entrypoint = instance.entrypoints[entrypointOf[phase]] as number;
  const input = new TextEncoder().encode(JSON.stringify(smokeInput(phase))).buffer;
  return instance.evaluate(entrypoint, input)[0]?.result;
}

/** One text for all phases: each instance of a policy gives the same. */
export const smokeResults = (instance: PolicyInstance): string =>
  JSON.stringify(phasesOf(instance).map((phase) => smokeResult(instance, phase)));
