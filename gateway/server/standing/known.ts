// What this process knows of access: what was withdrawn, which agents there are, and whose access therefore doesn't stand.
import { randomBytes } from 'node:crypto';
import { type Agent, AgentRegister, readAgentKeys, readAgents } from '../../agent/index.ts';
import { LoginRefused, type Principal } from '../../identity/index.ts';
import { Fault } from '../../lib/index.ts';
import { type RevocationKind, Revoked, revocationsInForce } from '../../revocation/index.ts';
import type { Query } from '../../state/index.ts';
import { partiesOf } from './parties.ts';

/** Why somebody has no access: what the log says of a login, and what a session that runs is told. */
export type Withdrawal = Readonly<{ refusal: LoginRefused; fault: Fault }>;

/** Where access is asked for; without it, the access as such. */
export type Place = Readonly<{ resource: string; sessionId: string }>;

/** Agents that are owned by agents, and so on. */
const DEEPEST_OWNER = 8;

export class Known {
  readonly agents: AgentRegister;
  /** What unknown access keys are made to look like known ones with, by all who know those. */
  readonly decoy: Buffer | undefined;
  readonly #revoked: Revoked;

  constructor(revoked: Revoked, agents: AgentRegister, decoy?: Buffer) {
    this.#revoked = revoked;
    this.agents = agents;
    this.decoy = decoy;
  }

  static readonly nothing = new Known(new Revoked([]), new AgentRegister([], []));

  static async read(query: Query, before: Known): Promise<Known> {
    const revocations = await revocationsInForce(query);
    const agents = await readAgents(query);
    const keys = await readAgentKeys(query, agents);
    const decoy = before.decoy ?? (await commonDecoy(query));
    return new Known(new Revoked(revocations), new AgentRegister(agents, keys, before.agents), decoy);
  }

  /** What the principal is registered with, or else whoever acts for it. */
  agentOf(principal: Pick<Principal, 'name' | 'actor'>): Agent | undefined {
    // Asked for each statement; most gateways have none, and most principals no actor.
    if (this.agents.isEmpty) return undefined;
    if (principal.actor === undefined) return this.agents.find(principal.name);
    for (const party of partiesOf(principal)) {
      const agent = this.agents.find(party);
      if (agent !== undefined) return agent;
    }
    return undefined;
  }

  /** Why a principal of this name has no access as such, whatever it logs in with. */
  whyNot(name: string, now: number): Withdrawal | undefined {
    return this.#ofParty(name, undefined, now, 0);
  }

  /** Undefined while the access stands at `now`. It costs a few look-ups. */
  withdrawalOf(principal: Principal, place: Place | undefined, now: number): Withdrawal | undefined {
    const { auth } = principal;
    for (const party of partiesOf(principal)) {
      const withdrawal = this.#ofParty(party, place?.resource, now, 0);
      if (withdrawal !== undefined) return withdrawal;
    }
    const revoked = (kind: RevocationKind, value: string | undefined) =>
      value === undefined ? undefined : this.#revoked.find(kind, value, place?.resource, now);
    const key = revoked('access_key', auth.keyId);
    if (key !== undefined)
      return rightRevoked('access_key_revoked', `the access key was revoked by ${key.by}`);
    const token = revoked('token', auth.tokenId);
    if (token !== undefined) return rightRevoked('token_revoked', `the token was revoked by ${token.by}`);
    const session = revoked('session', place?.sessionId);
    if (session === undefined) return undefined;
    const refusal = new LoginRefused('principal_revoked', `the session was ended by ${session.by}`);
    return { refusal, fault: new Fault('session_killed') };
  }

  #ofParty(name: string, resource: string | undefined, now: number, depth: number): Withdrawal | undefined {
    const found = this.#revoked.find('principal', name, resource, now);
    if (found !== undefined)
      return {
        refusal: new LoginRefused('principal_revoked', `the access of ${name} was withdrawn by ${found.by}`),
        fault: new Fault('access_withdrawn'),
      };
    const agent = this.agents.find(name);
    if (agent === undefined) return undefined;
    const { deletedBy, suspended, until, registration } = agent;
    // What its registration kept it from must not come back with a token of the same name.
    if (deletedBy !== undefined)
      return noAccess('agent_deleted', `the agent ${name} was deleted by ${deletedBy}`);
    if (suspended !== undefined)
      return noAccess('agent_suspended', `the agent ${name} was suspended by ${suspended.by}`);
    if (until !== undefined && until <= now)
      return noAccess('agent_expired', `the access of the agent ${name} was until ${registration.until}`);
    if (depth === DEEPEST_OWNER)
      return noAccess('owner_revoked', `the owners of the agent ${name} go on and on`);
    return this.#ofParty(registration.owner, resource, now, depth + 1) === undefined
      ? undefined
      : noAccess(
          'owner_revoked',
          `the access of ${registration.owner}, who owns the agent ${name}, was withdrawn`,
        );
  }
}

/** The first gateway of all makes it. */
async function commonDecoy(query: Query): Promise<Buffer | undefined> {
  await query('INSERT INTO portcullis.decoy (key) VALUES ($1) ON CONFLICT DO NOTHING', [randomBytes(32)]);
  const [row] = await query<{ key: Buffer }>('SELECT key FROM portcullis.decoy');
  return row?.key;
}

type Reason = LoginRefused['reason'];

const rightRevoked = (reason: Reason, why: string): Withdrawal => ({
  refusal: new LoginRefused(reason, why),
  fault: new Fault('session_right_revoked'),
});

const noAccess = (reason: Reason, why: string): Withdrawal => ({
  refusal: new LoginRefused(reason, why),
  fault: new Fault('agent_suspended'),
});
