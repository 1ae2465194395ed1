// One resource as sessions use it: the way to its database, and the guard that knows it.
import type { ResourceConfig } from '../config/index.ts';
import type { Clock, Log } from '../lib/index.ts';
import type { Guard } from '../session/index.ts';
import { createUpstream, primaryOf, type Upstream } from '../upstream/index.ts';
import { factsGuard } from './facts-guard.ts';
import { openGuard } from './open-guard.ts';
import { ResourceFacts } from './resource-facts.ts';

export type ResourceDependencies = Readonly<{ log: Log; clock: Clock; statementBytes: number }>;

export class Resource {
  readonly upstream: Upstream;
  guard: Guard = openGuard;
  readonly #dependencies: ResourceDependencies;
  readonly #log: Log;
  /** Where questions go: the same database, or its primary. */
  readonly #primary: Upstream;
  #facts: ResourceFacts | undefined;

  private constructor(config: ResourceConfig, dependencies: ResourceDependencies) {
    this.upstream = createUpstream(config, dependencies);
    this.#primary = createUpstream(primaryOf(config), dependencies);
    this.#dependencies = dependencies;
    this.#log = dependencies.log.child({ resource: config.name });
  }

  static async create(config: ResourceConfig, dependencies: ResourceDependencies): Promise<Resource> {
    const resource = new Resource(config, dependencies);
    await resource.#readFacts(config);
    return resource;
  }

  async reload(config: ResourceConfig): Promise<void> {
    this.upstream.reload(config);
    this.#primary.reload(primaryOf(config));
    await this.#readFacts(config);
    // Who reloads expects that nothing older is in use afterwards.
    this.guard.onSchemaChange?.(config.name);
  }

  close(): void {
    this.#facts?.close();
    this.#primary.close();
    this.upstream.close();
  }

  /** Statements are read for as long as there is a credential to ask the database with. */
  async #readFacts({ credentials }: ResourceConfig): Promise<void> {
    const wanted = credentials.resolver !== undefined;
    if (wanted === (this.#facts !== undefined)) return;
    this.#facts?.close();
    const { clock, statementBytes } = this.#dependencies;
    const log = this.#log;
    this.#facts = wanted
      ? await ResourceFacts.create({ upstream: this.#primary, log, clock, statementBytes })
      : undefined;
    this.guard = this.#facts === undefined ? openGuard : factsGuard(this.#facts.facts);
  }
}
