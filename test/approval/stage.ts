// Two gateways' view of one state database, and requests for them to hold.
import { randomUUID } from 'node:crypto';
import {
  type Answer,
  Approvals,
  type Draft,
  HeldRequests,
  type MayApprove,
  ProcessLife,
} from '../../gateway/approval/index.ts';
import { silentLog } from '../../gateway/lib/index.ts';
import { openState, type State } from '../../gateway/state/index.ts';
import { connectTo } from '../state/connect.ts';
import type { Postgres } from '../support/postgres.ts';

export type Side = Readonly<{
  state: State;
  approvals: Approvals;
  held: HeldRequests;
  life: ProcessLife;
  processId: string;
  /** Ends as a killed process does: nobody says goodbye. */
  kill(): Promise<void>;
}>;

export async function openSide(postgres: Postgres): Promise<Side> {
  const state = await openState({ connect: () => connectTo(postgres), log: silentLog });
  const processId = randomUUID();
  const approvals = new Approvals({ state, processId });
  const held = new HeldRequests(approvals, state);
  const life = new ProcessLife(processId, { state, approvals, log: silentLog });
  await life.start();
  return {
    ...{ state, approvals, held, life, processId },
    async kill() {
      held.close();
      await state.close();
      // Its timer finds a closed database.
      await life.close();
    },
  };
}

export const identity = (principal: string, more: Partial<Draft['identity']> = {}): Draft['identity'] => ({
  principal,
  kind: 'human',
  issuer: 'https://login.example.com',
  subject: principal,
  groups: [],
  scopes: [],
  claims: {},
  auth: { method: 'oidc' },
  ...more,
});

export const everybodyMay: MayApprove = () => ({
  effect: 'allow',
  rule: 'test.all',
  decisionId: randomUUID(),
});
export const nobodyMay: MayApprove = (): Answer => ({
  ...{ effect: 'deny', rule: 'test.none', reason: 'Not you.', decisionId: randomUUID() },
});

const facts = {
  ...{
    kind: 'delete',
    tag: 'DELETE',
    readOnly: false,
    relations: [],
    columns: [],
    functions: [],
    outputs: [],
  },
  ...{ writes: [], limit: undefined, session: [], objects: [], grants: [], inner: [], opaque: [] },
  catalogVersion: 'test',
} as const satisfies Draft['facts'];

/** `what`: which statement it is, with its values. */
export function draft(what: string, terms: Partial<Draft['terms']> = {}, more: Partial<Draft> = {}): Draft {
  const asker = more.identity ?? identity('agent:mailer', { kind: 'agent' });
  return {
    kind: 'statement',
    ...{ resource: 'shop', identity: asker, sessionId: 'session 1', rule: 'writes.all', revision: 'r1' },
    ...{ decisionId: randomUUID(), reason: 'It changes every row.', purpose: undefined, facts },
    shown: { statement: what, parameters: [], sentences: ['Deletes rows.'] },
    session: {
      id: 'session 1',
      client_addr: '127.0.0.1',
      tls: true,
      application_name: '',
      transaction: 'idle',
    },
    resourceInput: { name: 'shop', database: 'shop', labels: {}, server_version: 180_000 },
    terms: { approvers: ['group:dba'], count: 1, expires_in: 600, scope: 'statement', uses: 1, ...terms },
    binding: bindingOf(what),
    ...more,
  };
}

/** Statements that differ only behind a blank have the same shape. */
export const bindingOf = (what: string): Draft['binding'] => ({
  statement: Buffer.from(what),
  shape: Buffer.from(what.split(' ')[0] ?? ''),
});
