// The agents and their keys as every login and every statement looks them up.
import { isDeepStrictEqual } from 'node:util';
import type { Agent, AgentKey } from './agent.ts';

export class AgentRegister {
  readonly #agents: ReadonlyMap<string, Agent>;
  readonly #keys: ReadonlyMap<string, AgentKey>;

  /** What says the same as in `before` is the same object, so that what was decided for it is remembered. */
  constructor(agents: readonly Agent[], keys: readonly AgentKey[], before?: AgentRegister) {
    this.#agents = new Map(
      agents.map((agent) => {
        const known = before?.find(agent.registration.name);
        return [agent.registration.name, isDeepStrictEqual(known, agent) ? (known as Agent) : agent];
      }),
    );
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  get isEmpty(): boolean {
    return this.#agents.size === 0;
  }

  /** One that was deleted too. */
  find(name: string): Agent | undefined {
    return this.#agents.get(name);
  }

  key(id: string): AgentKey | undefined {
    return this.#keys.get(id);
  }
}
