// What TLS towards one database checks and presents, with libpq's meanings of sslmode.
import { isIP } from 'node:net';
import * as tls from 'node:tls';
import type { UpstreamConfig } from '../config/index.ts';
import { type Clock, systemAuthorities } from '../lib/index.ts';
import { ConnectFailure, unusable } from './failure.ts';
import { WatchedFile } from './watched-file.ts';

type Part = 'ca' | 'cert' | 'key';

export class TlsSettings {
  readonly #config: UpstreamConfig;
  readonly #files: ReadonlyMap<Part, WatchedFile>;
  #parts: readonly (Buffer | undefined)[] = [];
  #context: tls.SecureContext | undefined;

  constructor(config: UpstreamConfig, clock: Clock) {
    this.#config = config;
    const named = (['ca', 'cert', 'key'] as const).flatMap((part) => {
      const path = config[part];
      return path === undefined ? [] : [[part, new WatchedFile(path, clock)] as const];
    });
    this.#files = new Map(named);
  }

  /** Everything that `tls.connect` needs besides the socket. */
  async options(): Promise<tls.ConnectionOptions> {
    const { host, sslmode, ca } = this.#config;
    // As in libpq, a CA file is honoured under `prefer` and `require` too: they then act like verify-ca.
    const verifies = sslmode.startsWith('verify') || ca !== undefined;
    if (sslmode === 'verify-ca' && ca === undefined) {
      // Any certificate that any public authority ever signed would do.
      throw new ConnectFailure('upstream_refused', 'tls', 'sslmode verify-ca needs upstream.ca');
    }
    const secureContext = await this.context();
    return {
      ...(secureContext === undefined ? {} : { secureContext }),
      rejectUnauthorized: verifies,
      checkServerIdentity: (_, certificate) =>
        sslmode === 'verify-full' ? tls.checkServerIdentity(host, certificate) : undefined,
      // The ALPN name keeps a server of another protocol from taking part by mistake or by attack.
      ALPNProtocols: ['postgresql'],
      ...(isIP(host) === 0 ? { servername: host } : {}),
    };
  }

  /** Reads the files whatever their time stamps say. */
  async refresh(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.refresh().catch(() => undefined)));
  }

  /** The same object for as long as the files are unchanged; none where TLS is not wanted. */
  async context(): Promise<tls.SecureContext | undefined> {
    if (this.#config.sslmode === 'disable') {
      return undefined;
    }
    try {
      return await this.#currentContext();
    } catch (error) {
      throw unusable(error, 'tls');
    }
  }

  async #currentContext(): Promise<tls.SecureContext> {
    const parts = await Promise.all(
      (['ca', 'cert', 'key'] as const).map((part) => this.#files.get(part)?.read()),
    );
    if (this.#context === undefined || parts.some((part, index) => part !== this.#parts[index])) {
      const [ca, cert, key] = parts;
      this.#context = tls.createSecureContext({
        minVersion: 'TLSv1.2',
        ...(ca !== undefined
          ? { ca }
          : this.#config.sslmode === 'verify-full'
            ? { ca: systemAuthorities() }
            : {}),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
      });
      this.#parts = parts;
    }
    return this.#context;
  }
}
