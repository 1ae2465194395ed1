// All that one version of a resource's configuration gives to connections; those begun with it end with it.
import type { SecureContext } from 'node:tls';
import type { ResourceConfig } from '../config/index.ts';
import type { Clock } from '../lib/index.ts';
import { Credential } from './credential.ts';
import { ConnectFailure } from './failure.ts';
import { TlsSettings } from './tls-settings.ts';

/** What a server may accept or refuse: read from files, so it can be another one a moment later. */
export type Secrets = Readonly<{ password: Buffer | undefined; context: SecureContext | undefined }>;

export class Settings {
  readonly resource: ResourceConfig;
  readonly tls: TlsSettings;
  readonly #credentials: ReadonlyMap<string, Credential>;

  constructor(resource: ResourceConfig, clock: Clock) {
    this.resource = resource;
    this.tls = new TlsSettings(resource.upstream, clock);
    this.#credentials = new Map(
      Object.entries(resource.credentials).map(([name, config]) => [name, new Credential(config, clock)]),
    );
  }

  credential(name = 'default'): Credential {
    const credential = this.#credentials.get(name);
    if (credential === undefined) {
      throw new ConnectFailure('upstream_refused', 'credential', `the resource has no credential "${name}"`);
    }
    return credential;
  }

  async secrets(credential: Credential): Promise<Secrets> {
    const [password, context] = await Promise.all([credential.password(), this.tls.context()]);
    return { password, context };
  }

  /** Reads the files afresh; true when they hold other secrets than these. */
  async haveChanged(credential: Credential, used: Secrets): Promise<boolean> {
    await Promise.all([credential.refresh(), this.tls.refresh()]);
    const { password, context } = await this.secrets(credential);
    return context !== used.context || !(password ?? nothing).equals(used.password ?? nothing);
  }
}

const nothing = Buffer.alloc(0);
