// One of the gateway's own logins to a database: a role, and its password from a file.
import type { CredentialConfig } from '../config/index.ts';
import type { Clock } from '../lib/index.ts';
import { ConnectFailure, unusable } from './failure.ts';
import { ScramKeyCache } from './scram-key-cache.ts';
import { WatchedFile } from './watched-file.ts';

export class Credential {
  readonly user: string;
  /** What sessions act as from the start; undefined: as the user. */
  readonly role: string | undefined;
  readonly scramKeys = new ScramKeyCache();
  readonly #file: WatchedFile | undefined;

  constructor(config: CredentialConfig, clock: Clock) {
    this.user = config.user;
    this.role = config.role;
    this.#file =
      config.password_file === undefined ? undefined : new WatchedFile(config.password_file, clock);
  }

  /** The password's bytes, without the line end that editors put behind it. */
  async password(): Promise<Buffer | undefined> {
    if (this.#file === undefined) {
      return undefined;
    }
    const content = await this.#file.read().catch((error) => {
      throw unusable(error, 'credential');
    });
    const password = withoutLineEnd(content);
    if (password.length === 0 || password.includes(0)) {
      throw new ConnectFailure(
        'upstream_refused',
        'credential',
        `${this.#file.path} holds no usable password`,
      );
    }
    return password;
  }

  /** Reads the file whatever its time stamps say. */
  async refresh(): Promise<void> {
    await this.#file?.refresh().catch(() => undefined);
  }
}

function withoutLineEnd(content: Buffer): Buffer {
  const end = content.at(-1) === 0x0a ? content.length - 1 : content.length;
  return content.subarray(0, end < content.length && content[end - 1] === 0x0d ? end - 1 : end);
}
