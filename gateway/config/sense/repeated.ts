// What may stand in a list only once.
import type { Path, Problem } from '../problem.ts';

export function checkRepeated<Key extends string>(
  items: readonly Readonly<Record<Key, string>>[],
  key: Key,
  path: Path,
  right: string,
): Problem[] {
  return items.flatMap((item, at) =>
    items.findIndex((other) => other[key] === item[key]) === at
      ? []
      : [{ path: [...path, at, key], wrong: `"${item[key]}" is there already`, right }],
  );
}
