// The shapes of texts that were parsed, for the texts that have their skeleton.
import { keptConstants, type Shape, type Skeleton } from '../../sql/index.ts';
import { TwoGenerations } from './two-generations.ts';

/** What all texts with one skeleton have in common. */
type Pattern = Readonly<{
  /** The constants that stay in the key: LIMIT's, ordinals, the keys of JSON members. */
  kept: readonly number[];
  /** When there are none, all these texts have this key. */
  key: string | undefined;
  id: number;
}>;

/**
 * Every key in here was written for a text that was parsed. A text with the same skeleton and the same constants where
 * the key keeps them has the same one; with other constants there it is parsed in its turn.
 */
export class KnownShapes {
  readonly #patterns: TwoGenerations<Pattern>;
  readonly #keys: TwoGenerations<string>;
  #patternsMade = 0;

  constructor(bytes: number) {
    this.#patterns = new TwoGenerations(bytes / 2);
    this.#keys = new TwoGenerations(bytes / 2);
  }

  keyOf(text: string, skeleton: Skeleton): string | undefined {
    const pattern = this.#patterns.get(skeleton.text);
    return pattern && (pattern.key ?? this.#keys.get(variantOf(pattern, text, skeleton)));
  }

  /** For a text whose key isn't known. */
  learn(text: string, skeleton: Skeleton, { key, constants }: Shape): void {
    const kept = keptConstants(text, skeleton, constants);
    if (kept === undefined) return;
    const known = this.#patterns.get(skeleton.text);
    const pattern = known ?? { kept, key: kept.length === 0 ? key : undefined, id: ++this.#patternsMade };
    if (known === undefined)
      this.#patterns.add(skeleton.text, pattern, 8 * kept.length + 2 * (pattern.key?.length ?? 0));
    if (kept.length > 0) this.#keys.add(variantOf(pattern, text, skeleton), key, 2 * key.length);
  }
}

/** No text with a skeleton has a NUL in it. */
function variantOf({ id, kept }: Pattern, text: string, { constants }: Skeleton): string {
  let variant = String(id);
  for (const ordinal of kept) {
    const constant = constants[ordinal];
    if (constant === undefined) throw new Error('two skeletons of one text');
    variant += `\0${text.slice(constant.start, constant.end)}`;
  }
  return variant;
}
