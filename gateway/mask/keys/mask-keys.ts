// The secrets behind hash and token: the first one is in use, and rules may name an older one.
import { PurposeKey } from './purpose-key.ts';

export type MaskKey = Readonly<{ id: string; secret: Buffer }>;

/** Labels and columns are few; this bounds what purposes made up by a policy could take. */
const mostPurposes = 10_000;

export class MaskKeys {
  readonly #keys: readonly MaskKey[];
  readonly #purposes = new Map<string, PurposeKey>();

  constructor(keys: readonly MaskKey[]) {
    this.#keys = keys;
  }

  get ids(): readonly string[] {
    return this.#keys.map(({ id }) => id);
  }

  /** undefined where no key has the id, or there is none at all. */
  for(purpose: string, id = this.#keys[0]?.id): PurposeKey | undefined {
    const key = this.#keys.find((each) => each.id === id);
    if (key === undefined) return undefined;
    const name = JSON.stringify([key.id, purpose]);
    const known = this.#purposes.get(name);
    if (known !== undefined) return known;
    const made = new PurposeKey(key.secret, purpose);
    if (this.#purposes.size >= mostPurposes) this.#purposes.clear();
    this.#purposes.set(name, made);
    return made;
  }
}

export const noMaskKeys = new MaskKeys([]);
