// The listener's certificate, read again when its files change.
import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { ListenConfig } from '../../config/index.ts';
import type { Log } from '../../lib/index.ts';
import type { TlsOffer } from '../../session/index.ts';
import { loadCertificate } from './certificate.ts';

/** Time for several files of one change to be written. */
const SETTLE_MS = 100;

type TlsConfig = ListenConfig['tls'];

export class WatchedCertificate {
  readonly #log: Log;
  #offer: TlsOffer | undefined;
  #config: TlsConfig;
  #watchers: FSWatcher[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  /** Undefined: the listener has none. */
  get offer(): TlsOffer | undefined {
    return this.#offer;
  }

  /** Throws when the files can't be read or don't fit together; the promise gives what puts them into use. */
  async prepare(config: TlsConfig): Promise<() => void> {
    const offer = config && (await loadCertificate(config));
    return () => {
      this.#offer = offer;
      this.#config = config;
    };
  }

  watch(): void {
    this.close();
    let settling: NodeJS.Timeout | undefined;
    const changed = () => {
      clearTimeout(settling);
      settling = setTimeout(() => this.#reload(), SETTLE_MS);
    };
    const config = this.#config;
    const folders = config === undefined ? [] : new Set([dirname(config.cert), dirname(config.key)]);
    this.#watchers = Array.from(folders, (folder) => watch(folder, { persistent: false }, changed));
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  async #reload(): Promise<void> {
    const config = this.#config;
    if (config === undefined) return;
    try {
      this.#offer = await loadCertificate(config);
    } catch (error) {
      this.#log.error({ err: error }, 'certificate not reloaded; the one before stays in use');
    }
  }
}
