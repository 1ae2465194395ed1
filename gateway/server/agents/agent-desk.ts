// What can be done to agents over the API, one method each: written to the state database, and acted on here at once.
import { createHash } from 'node:crypto';
import {
  type Agent,
  addKey,
  agentNamed,
  changesTo,
  type Registration,
  readAgentKeys,
  readAgents,
  readRegistrations,
  register,
  remove,
  resume,
  revokeKey,
  suspend,
} from '../../agent/index.ts';
import { Fault, type Log } from '../../lib/index.ts';
import type { Query, State } from '../../state/index.ts';
import { ApiError } from '../api/api-error.ts';
import type { Withdrawal } from '../standing/known.ts';
import { agentDocument } from './agent-document.ts';

export type AgentDeskOptions = Readonly<{
  /** Whether there is a state database; one isn't started only to find nothing in it. */
  hasState: () => Promise<boolean>;
  state: () => Promise<State>;
  /** Resolves when this process has acted on what was written. */
  refresh: () => Promise<void>;
  /** Why an agent has no access now. */
  whyNot: (name: string) => Withdrawal | undefined;
  log: Log;
}>;

export type Order = Readonly<{ agents: unknown; prune: boolean; dryRun: boolean; digest: unknown }>;

export class AgentDesk {
  readonly #options: AgentDeskOptions;

  constructor(options: AgentDeskOptions) {
    this.#options = options;
  }

  /** Those that `mine` is true of. */
  async list(mine: (registration: Registration) => boolean): Promise<readonly object[]> {
    const { hasState, state } = this.#options;
    if (!(await hasState())) return [];
    const { query } = await state();
    const agents = (await readAgents(query)).filter(
      ({ deletedBy, registration }) => deletedBy === undefined && mine(registration),
    );
    const keys = await readAgentKeys(query, agents);
    return agents.map((agent) => agentDocument(agent, keys, this.#options.whyNot));
  }

  async show(name: string): Promise<object> {
    const { query } = await this.#options.state();
    const agent = await agentNamed(query, name);
    return agentDocument(agent, await readAgentKeys(query, [agent]), this.#options.whyNot);
  }

  /** Whoever doesn't own it doesn't learn that it is there. */
  async checkOwner(name: string, owner: string | undefined): Promise<void> {
    const { hasState, state } = this.#options;
    const agent = (await hasState()) ? await agentNamed((await state()).query, name) : undefined;
    if (agent === undefined || agent.registration.owner !== owner) throw new Fault('agent_unknown', { name });
  }

  async create(given: object, by: string): Promise<object> {
    const [registration] = registrationsIn([given]);
    if (registration === undefined) throw new Error('one registration gives one');
    const { name } = registration;
    await this.#write(name, 'agent registered', by, async (query) => {
      await lockAgents(query);
      const known = (await readAgents(query)).find((agent) => agent.registration.name === name);
      if (known !== undefined && known.deletedBy === undefined) throw new Fault('agent_exists', { name });
      await register(query, registration, by);
    });
    return await this.show(name);
  }

  /** Brings what is registered to what a file says; with `dryRun` it says what that would change. */
  async apply({ agents, prune, dryRun, digest }: Order, by: string): Promise<object> {
    const wanted = registrationsIn(agents);
    const state = await this.#options.state();
    const made = await state.transaction(async (query) => {
      await lockAgents(query);
      const known = await readAgents(query);
      const changes = changesTo(wanted, known, prune);
      const own = createHash('sha256').update(JSON.stringify(changes)).digest('hex');
      if (digest !== undefined && digest !== own) throw new Fault('agents_changed');
      if (dryRun) return { changes, digest: own, applied: false };
      for (const change of changes) {
        if (change.change === 'delete') await remove(query, ofName(known, change.name), by);
        else await register(query, change.to, by);
      }
      return { changes, digest: own, applied: true };
    });
    if (made.applied) {
      for (const { change, name } of made.changes)
        this.#options.log.warn({ agent: name, change, by }, 'agent changed');
      await this.#options.refresh();
    }
    return made;
  }

  async suspend(name: string, by: string, because: string | undefined): Promise<object> {
    await this.#write(name, 'agent suspended', by, async (query) =>
      suspend(query, await agentNamed(query, name), by, because),
    );
    return await this.show(name);
  }

  async resume(name: string, by: string): Promise<object> {
    await this.#write(name, 'agent resumed', by, async (query) =>
      resume(query, await agentNamed(query, name)),
    );
    return await this.show(name);
  }

  async remove(name: string, by: string): Promise<object> {
    await this.#write(name, 'agent deleted', by, async (query) =>
      remove(query, await agentNamed(query, name), by),
    );
    return { deleted: name };
  }

  async addKey(
    name: string,
    { by, until }: Readonly<{ by: string; until: number | undefined }>,
  ): Promise<object> {
    const key = await this.#write(name, 'agent key added', by, async (query) =>
      addKey(query, await agentNamed(query, name), { by, until }),
    );
    return {
      ...{ user: key.id, password: key.secret },
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    };
  }

  async revokeKey(name: string, id: string, by: string): Promise<object> {
    await this.#write(name, 'agent key revoked', by, async (query) =>
      revokeKey(query, await agentNamed(query, name), id, by),
    );
    return await this.show(name);
  }

  async #write<T>(agent: string, done: string, by: string, work: (query: Query) => Promise<T>): Promise<T> {
    const { state, log, refresh } = this.#options;
    const result = await (await state()).transaction(work);
    log.warn({ agent, by }, done);
    await refresh();
    return result;
  }
}

/** Two who register at once come one after the other. */
async function lockAgents(query: Query): Promise<void> {
  await query('LOCK TABLE portcullis.agent IN SHARE ROW EXCLUSIVE MODE');
}

function registrationsIn(agents: unknown): readonly Registration[] {
  const read = readRegistrations({ agents });
  if (!('problems' in read)) return read;
  throw new ApiError(
    400,
    `what is to be registered is not valid: ${read.problems.join('; ')}`,
    'See docs/agents.md.',
  );
}

function ofName(agents: readonly Agent[], name: string): Agent {
  const found = agents.find(({ registration }) => registration.name === name);
  if (found === undefined) throw new Fault('agent_unknown', { name });
  return found;
}
