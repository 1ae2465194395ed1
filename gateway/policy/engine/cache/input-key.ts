// What a decision depends on of a whole input, as a key: inputs with the same key are decided alike.
import type { Input } from '../../../sql/index.ts';
import { type Path, readPathsOf } from './dependencies.ts';
import { PartKey, textAt } from './part-key.ts';

const parts = ['identity', 'session', 'resource', 'statement', 'grants', 'approval', 'access'] as const;

export class InputKey {
  readonly #paths: readonly Path[] | undefined;
  readonly #request: readonly Path[];
  readonly #parts: readonly Readonly<{ name: (typeof parts)[number]; key: PartKey }>[];

  /** `metadata` is the manifest's. */
  constructor(metadata: Readonly<Record<string, unknown>>, entrypoint: string) {
    const read = readPathsOf(metadata, entrypoint);
    this.#paths = read;
    const below = (part: string): readonly Path[] =>
      read === undefined ? [[]] : read.filter(([name]) => name === part).map((path) => path.slice(1));
    this.#request = below('request');
    this.#parts = parts.flatMap((name) => {
      const paths = below(name);
      return paths.length === 0 ? [] : [{ name, key: new PartKey(paths) }];
    });
  }

  /** Whether it may read this part, or something in it. */
  reads(part: (typeof parts)[number], ...path: Path): boolean {
    const read = this.#paths;
    if (read === undefined) return true;
    const meets = (of: Path): boolean => of.every((step, at) => at >= path.length || step === path[at]);
    return read.some(([name, ...below]) => name === part && meets(below));
  }

  /** Cheap where the parts are objects that were seen before: each stands for its content. */
  of(input: Input): string {
    let key = this.#request.map((path) => textAt(input.request, path)).join(' ');
    for (const { name, key: part } of this.#parts) {
      const value = input[name];
      key += value === undefined ? ' -' : ` ${part.of(value)}`;
    }
    return key;
  }
}
