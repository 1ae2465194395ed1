// The mask keys that are in use: read at the start, and from their file again whenever it changes.
import { stat } from 'node:fs/promises';
import type { MaskKeysHealth } from '../admin/index.ts';
import type { Config } from '../config/index.ts';
import type { Log } from '../lib/index.ts';
import { loadMaskKeys, type MaskKeys, MaskKeysRefused, noMaskKeys, readMaskKeys } from '../mask/index.ts';

type MaskingConfig = Config['masking'];

/** Reads variables of the environment, which only whoever started the gateway can see. */
export type Environment = (name: string) => string | undefined;

export class WatchedMaskKeys {
  readonly #log: Log;
  readonly #environment: Environment;
  #config: MaskingConfig = {};
  #keys = noMaskKeys;
  #stamp = '';
  #problem: string | undefined;
  #looking = false;

  constructor(log: Log, environment: Environment) {
    this.#log = log;
    this.#environment = environment;
  }

  /** The same object for as long as the keys are the same: what was made with them is remembered by it. */
  get current(): MaskKeys {
    return this.#keys;
  }

  get health(): MaskKeysHealth {
    const [inUse, ...older] = this.#keys.ids;
    return {
      in_use: inUse,
      ...(older.length === 0 ? {} : { older }),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  /**
   * Takes what a configuration names; the promise gives what puts it into use.
   *
   * @throws MaskKeysRefused
   */
  async prepare(config: MaskingConfig): Promise<() => void> {
    const stamp = await stampOf(config);
    const keys = await this.#read(config);
    return () => {
      this.#config = config;
      this.#take(keys, stamp);
    };
  }

  /** Reads the file if it is another one than before. Keys that can't be read leave those before in use. */
  async look(): Promise<void> {
    const config = this.#config;
    if (config.keys_file === undefined || this.#looking) return;
    this.#looking = true;
    try {
      const stamp = await stampOf(config);
      if (stamp === this.#stamp) return;
      const keys = await this.#read(config);
      // A file that is being written is looked at again.
      if (config !== this.#config || (await stampOf(config)) !== stamp) return;
      this.#take(keys, stamp);
      this.#log.info({ keys: keys.ids }, 'mask keys reloaded');
    } catch (error) {
      if (config === this.#config) this.#refuse(error);
    } finally {
      this.#looking = false;
    }
  }

  #take(keys: MaskKeys, stamp: string): void {
    this.#keys = keys;
    this.#stamp = stamp;
    this.#problem = undefined;
  }

  /** It is said once, however often the file is looked at. */
  #refuse(error: unknown): void {
    const problem =
      error instanceof MaskKeysRefused ? error.message : 'the file of mask keys can not be read';
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#log.error({ err: error }, 'mask keys not reloaded; those before stay in use');
  }

  async #read({ keys_file: file, keys_env: variable }: MaskingConfig): Promise<MaskKeys> {
    if (file !== undefined) return loadMaskKeys(file);
    if (variable === undefined) return noMaskKeys;
    const text = this.#environment(variable);
    if (text !== undefined && text !== '') return readMaskKeys(text);
    throw new MaskKeysRefused(`the environment has no mask keys: the variable ${variable} is not set`);
  }
}

/** What tells one version of the file from another; the error's code where there is none. */
async function stampOf({ keys_file: file }: MaskingConfig): Promise<string> {
  if (file === undefined) return '';
  return await stat(file, { bigint: true }).then(
    ({ ino, size, mtimeNs, ctimeNs }) => `${ino} ${size} ${mtimeNs} ${ctimeNs}`,
    (error: NodeJS.ErrnoException) => `absent ${error.code}`,
  );
}
