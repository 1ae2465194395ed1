// The resources of a process, by their names: opened, reloaded, and closed with it.
import type { Config, ResourceConfig } from '../../config/index.ts';
import type { Policies } from '../policies.ts';
import { Resource, type ResourceDependencies } from '../resource.ts';

export type ResourcesOptions = Readonly<{
  policies: Policies;
  /** Of the moment at which a resource is opened. */
  dependencies: () => Omit<ResourceDependencies, 'tracks' | 'data'>;
}>;

export class Resources implements Iterable<Resource> {
  readonly #options: ResourcesOptions;
  #byName: ReadonlyMap<string, Resource> = new Map();
  /** Those too that the configuration has no more: their sessions keep them until they end. */
  readonly #all = new Set<Resource>();

  constructor(options: ResourcesOptions) {
    this.#options = options;
  }

  get(name: string): Resource | undefined {
    return this.#byName.get(name);
  }

  [Symbol.iterator](): Iterator<Resource> {
    return this.#byName.values();
  }

  async use({ resources }: Config): Promise<void> {
    const after = new Map<string, Resource>();
    for (const config of resources) {
      const known = this.#byName.get(config.name);
      await known?.reload(config);
      after.set(config.name, known ?? (await this.#open(config)));
    }
    this.#byName = after;
  }

  /** The policy has other data for databases. */
  setData(): void {
    const { policies } = this.#options;
    for (const resource of this.#all) resource.setData(policies.dataFor(resource.name));
  }

  close(): void {
    for (const resource of this.#all) resource.close();
  }

  async #open(config: ResourceConfig): Promise<Resource> {
    const { policies, dependencies } = this.#options;
    const { dataVersion } = policies;
    const resource = await Resource.create(config, {
      ...dependencies(),
      tracks: () => policies.tracks,
      data: policies.dataFor(config.name),
    });
    this.#all.add(resource);
    // A bundle may have come meanwhile.
    if (policies.dataVersion !== dataVersion) resource.setData(policies.dataFor(config.name));
    return resource;
  }
}
