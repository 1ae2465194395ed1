// Of things that come in kinds, such as sinks and channels: which keys belong to which kind.
import type { Path, Problem } from '../problem.ts';

export type KeysOfKind<Key extends string> = Readonly<{
  needed: readonly Key[];
  possible: readonly Key[];
}>;

/** `common`: the keys that each kind may have. */
export function checkKeysOfKind<Key extends string>(
  thing: Readonly<{ kind: string }>,
  what: string,
  { needed, possible }: KeysOfKind<Key>,
  common: readonly string[],
  path: Path,
): Problem[] {
  const set = Object.keys(thing).filter((key) => !common.includes(key));
  const known: readonly string[] = [...needed, ...possible];
  return [
    ...needed
      .filter((key) => !set.includes(key))
      .map((key) => ({
        path: [...path, key],
        wrong: 'is missing',
        right: `a ${what} of the kind ${thing.kind} needs ${needed.join(', ')}`,
      })),
    ...set
      .filter((key) => !known.includes(key))
      .map((key) => ({
        path: [...path, key],
        wrong: `does not belong to a ${what} of the kind ${thing.kind}`,
        right: known.length === 0 ? 'remove it' : `its keys are ${known.join(', ')}`,
      })),
  ];
}
